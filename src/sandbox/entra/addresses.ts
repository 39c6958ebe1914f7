import { type Cloud, clouds } from '../../endpoints.js';
import type { Directory } from './directory.js';
import { guidFrom } from './identifiers.js';

/** The public URLs by which Entra calls itself in its cloud, whatever port the sandbox is served on. */
export const loginUrl = (path: string, cloud: Cloud = 'global') => `${clouds[cloud].login}${path}`;
export const graphUrl = (path: string, cloud: Cloud = 'global') => `${clouds[cloud].graph}${path}`;
export const adminCenterUrl = (path: string, cloud: Cloud = 'global') => `${clouds[cloud].entra}${path}`;

type Tenant = Pick<Directory, 'tenantId' | 'cloud'>;
export const issuerOf = ({ tenantId, cloud }: Tenant) =>
  `https://${cloud === 'china' ? 'sts.chinacloudapi.cn' : 'sts.windows.net'}/${tenantId}/`;
export const ssoUrlOf = ({ tenantId, cloud }: Tenant) => loginUrl(`/${tenantId}/saml2`, cloud);
export const metadataUrlOf = ({ tenantId, cloud }: Tenant, appId: string) =>
  loginUrl(`/${tenantId}/federationmetadata/2007-06/federationmetadata.xml?appid=${appId}`, cloud);

/** A tenant that exists beside this one, without an application for Flex, and one that does not exist. */
export const otherTenantId = guidFrom('another tenant');
export const unknownTenantId = guidFrom('no tenant');
