import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOf, workersByNameId } from '../../src/flex/identity.js';
import type { WorkerRecord } from '../../src/migration/facts.js';
import { judge } from '../../src/people/continuity.js';

const worker = (nameId: string): WorkerRecord => ({
  sid: `WK of ${nameId}`,
  friendlyName: identityOf(nameId),
  dateUpdated: '2026-01-01T00:00:00.000Z',
  roles: [],
  attributesDigest: '',
});
const find = workersByNameId([worker('Ann@x.example'), worker('bob@x.example')]);
const judged = (today: string | undefined, tomorrow: string | undefined, more: object = {}) =>
  judge({ today, tomorrow, isKept: false, isComputable: true, isAssumed: false, ...more }, find);

describe('the identity form', () => {
  it('is what Flex makes of a NameID', () => {
    expect(identityOf('ann@example.com')).toBe('ann_40example_2Ecom');
    expect(identityOf('Zoë_1')).toBe('Zo_C3_AB_5F1');
  });

  it('tells every two NameIDs apart, and finds each again in any case', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (one, other) => {
        expect(identityOf(one) === identityOf(other)).toBe(Buffer.from(one).equals(Buffer.from(other)));
        const lookUp = workersByNameId([worker(one)]);
        expect(lookUp(one)).toMatchObject({ exact: true });
      }),
    );
    expect(find('ANN@X.EXAMPLE')).toMatchObject({ worker: { sid: 'WK of Ann@x.example' }, exact: false });
  });
});

describe('a person', () => {
  it('keeps their Worker with the same NameID', () => {
    expect(judged('bob@x.example', 'bob@x.example').verdict).toBe('same-worker');
    // Whatever Flex does about case today, it does tomorrow.
    expect(judged('ANN@x.example', 'ANN@x.example').verdict).toBe('same-worker');
    expect(judged('new@x.example', 'new@x.example').verdict).toBe('no-worker-yet');
  });

  it('gets a new one with another NameID, one that differs in case included', () => {
    expect(judged('bob@x.example', 'robert@x.example')).toMatchObject({
      verdict: 'new-worker',
      workerToday: 'WK of bob@x.example',
      workerTomorrow: undefined,
    });
    expect(judged('bob@x.example', 'Bob@x.example')).toMatchObject({
      verdict: 'new-worker',
      remark: expect.stringContaining('case'),
    });
    expect(judged('new@x.example', 'newer@x.example').verdict).toBe('no-worker-yet');
  });

  it('is not said to have no Worker where their NameID of today is assumed, and Workers are left over', () => {
    const assumed = { isKept: true, isAssumed: true };
    expect(judged('bob@x.example', 'bob@x.example', assumed).verdict).toBe('same-worker');
    expect(judged('new@x.example', 'new@x.example', assumed)).toMatchObject({ verdict: 'unknown' });
    // One in other upper and lower case bears nothing out.
    expect(judged('ANN@x.example', 'ANN@x.example', assumed)).toMatchObject({ verdict: 'unknown' });
    expect(judged('bob@x.example', 'robert@x.example', { isAssumed: true }).verdict).toBe('new-worker');
  });

  it('is not led to the Worker of somebody else unseen', () => {
    expect(judged('bob@x.example', 'Ann@x.example').verdict).toBe('other-worker');
    expect(judged('new@x.example', 'Ann@x.example').verdict).toBe('other-worker');
  });

  it('cannot log in without a NameID, and nothing is claimed of what only Entra can compute', () => {
    expect(judged('bob@x.example', undefined).verdict).toBe('no-login');
    expect(judged(undefined, undefined, { isComputable: false }).verdict).toBe('unknown');
  });
});
