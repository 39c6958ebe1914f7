import type { Fix } from '../cause.js';

/** The part of Entra's page that holds the two values of a connection. */
export const basicSaml = 'Single sign-on > Basic SAML Configuration';

export const enterAcsUrl: Fix = {
  product: 'Microsoft Entra',
  field: `${basicSaml} > Reply URL (Assertion Consumer Service URL)`,
  action: 'Enter the whole ACS URL as Flex Console shows it, with ?connection=JQ… at its end.',
  label: 'acsUrl',
};
