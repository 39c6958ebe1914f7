import { publicEndpoints } from '../../endpoints.js';
import { guidFrom } from './identifiers.js';

/** The public URLs by which Entra calls itself, whatever port the sandbox is served on. */
const { login, graph } = publicEndpoints;

export const loginUrl = (path: string) => `${login}${path}`;
export const graphUrl = (path: string) => `${graph}${path}`;
export const issuerOf = (tenantId: string) => `https://sts.windows.net/${tenantId}/`;
export const ssoUrlOf = (tenantId: string) => loginUrl(`/${tenantId}/saml2`);
export const metadataUrlOf = (tenantId: string, appId: string) =>
  loginUrl(`/${tenantId}/federationmetadata/2007-06/federationmetadata.xml?appid=${appId}`);

/** A tenant that exists beside this one, without an application for Flex, and one that does not exist. */
export const otherTenantId = guidFrom('another tenant');
export const unknownTenantId = guidFrom('no tenant');
