import { expect, test } from 'vitest';
import { withAnswers } from '../../src/commands/answers.js';
import { beginMigration } from '../../src/migration/state.js';

const begun = beginMigration(`AC${'0'.repeat(32)}`);
const typed = { issuer: 'http://www.okta.com/exk1', ssoUrl: 'https://acme.okta.example/sso', certificate: 'idp.pem' };

test('metadata and the three values that stand for it replace each other, and a certificate chooses within metadata', () => {
  const answersAfter = (recorded: object, given: object) =>
    withAnswers({ ...begun, answers: { hosting: 'hosted', ...recorded } }, given, 'migrate').answers;
  expect(answersAfter(typed, { metadata: 'idp.xml' })).toEqual({ hosting: 'hosted', metadata: 'idp.xml' });
  expect(answersAfter({ metadata: 'idp.xml', certificate: 'old.pem' }, typed)).toEqual({ hosting: 'hosted', ...typed });
  const chosen = { metadata: 'idp.xml', certificate: 'idp.pem' };
  expect(answersAfter(chosen, { metadata: 'new.xml' })).toEqual({ hosting: 'hosted', ...chosen, metadata: 'new.xml' });
  expect(answersAfter({ metadata: 'idp.xml' }, { certificate: 'idp.pem' })).toEqual({ hosting: 'hosted', ...chosen });
});
