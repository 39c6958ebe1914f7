import { describe, expect, test } from 'vitest';
import { attributeFindings } from '../../src/diagnosis/attributes.js';
import { expectedOf } from '../../src/diagnosis/expected.js';
import { describeFinding, findingOf, rank } from '../../src/diagnosis/finding.js';
import { maskedDetails, maskedIdentity, withoutAddresses } from '../../src/diagnosis/personal.js';

const right = { email: ['a'], full_name: ['b'], roles: ['agent'] };
const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';

/** What `--json` shows of an assertion with these attributes. */
function found(attributes: Record<string, readonly string[]>) {
  const assertion = { id: '', nameId: { value: 'x' }, confirmations: [], audiences: [] };
  const named = Object.entries(attributes).map(([name, values]) => ({ name, values }));
  return rank(attributeFindings({ ...assertion, attributes: named }, expectedOf(undefined), {})).map(describeFinding);
}

describe('one fault in several attributes', () => {
  test.each<[string, Record<string, readonly string[]>, string[]]>([
    ['attribute-missing', { roles: ['agent'] }, ['email', 'full_name']],
    ['attribute-misspelt', { Email: ['a'], fullname: ['b'], Roles: ['agent'] }, ['email', 'full_name', 'roles']],
    // What Microsoft Entra sends before anybody changes it.
    [
      'attribute-namespaced',
      { [`${claims}emailaddress`]: ['a'], [`${claims}name`]: ['b'], roles: ['agent'] },
      ['email', 'full_name'],
    ],
  ])('%s names each', (code, attributes, names) => {
    const [finding, ...more] = found(attributes);
    expect(finding).toMatchObject({ code, attributes: names });
    for (const name of names) expect(finding?.evidence).toMatch(new RegExp(`(attribute |wanted is ")${name}\\b`));
    expect(more).toEqual([]);
  });

  test('is told once where it is found twice, and beside the words of a refusal', () => {
    const seen = (name: string) => findingOf('attribute-missing', `no ${name}.`, { attributes: [name] });
    const refused = findingOf('attribute-missing', 'Missing: email (45050).');
    expect(rank([seen('email'), seen('email')])).toMatchObject([{ evidence: 'no email.' }]);
    expect(rank([refused, seen('email'), seen('full_name')])).toMatchObject([
      { evidence: 'Missing: email (45050). no email. no full_name.', attributes: ['email', 'full_name'] },
    ]);
  });
});

describe('evidence', () => {
  const evidence = (...roles: string[]) => found({ ...right, roles })[0]?.evidence;

  test('shows the roles of Flex and what is between them, and nobody', () => {
    expect(evidence('agent;supervisor')).toBe('Sent: "agent;supervisor". Only a comma separates roles in one value.');
    expect(evidence('Agent | wfo.full_access')).toBe('Sent: "Agent | wfo.full_access".');
    expect(evidence('agent admin')).toContain('"agent admin"');
    expect(evidence('agent/Ann Canary')).toBe('Sent: "agent/… (3 characters) C… (6 characters)".');
    expect(evidence('agent\u200b')).toBe('Sent: "agent… (1 character)".');
    expect(evidence('ann@canary.example', `agent${';'.repeat(300)}`)).not.toMatch(/canary|;/);
  });

  test('holds no address, also where an attribute or an issuer is called like one', () => {
    expect(found({ 'ann@canary.example': ['x'], ...right, email: [''] })[0]?.evidence).not.toContain('canary');
    expect(found({ 'ann@canary.example': ['x'], roles: ['agent'] })[0]?.evidence).toContain('sent are: …@…, roles');
    const { attributes } = maskedIdentity({ attributes: [{ name: 'ann@canary.example', values: ['x'] }] });
    expect(attributes[0]?.name).toBe('…@…');
    expect(maskedDetails({ issuer: 'https://idp.example/ann@canary.example', acsUrl: 'https://a/?b=c' })).toEqual({
      issuer: 'https://idp.example/…@…',
      acsUrl: 'https://a/?b=c',
    });
  });

  test.each([
    'ann%40canary.example',
    'ann%2540canary.example',
    'https://login.example/?login_hint=ann%40canary.example&x=1',
    'ann＠canary.example',
    'the Worker ann_40canary_2Eexample',
  ])('%j gives nobody away', text => {
    expect(withoutAddresses(text)).not.toContain('canary');
  });

  test('keeps what is no address', () => {
    const text = 'HTTP_404 at https://login.example/?login_hint=x&a=b%20c, 50% of 40';
    expect(withoutAddresses(text)).toBe(text);
    expect(withoutAddresses('x'.repeat(100_000))).toHaveLength(100_000);
  });
});
