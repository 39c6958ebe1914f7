import { Hono } from 'hono';
import { issuerOf, loginUrl, ssoUrlOf } from './addresses.js';
import type { Directory, SigningKey } from './directory.js';
import type { Entra } from './entra.js';
import { assertTenant } from './openid.js';
import { errorPage } from './sign-in-page.js';
import { signingKeysOf } from './signing-keys.js';
import { escapeXml } from './xml.js';

/** The federation metadata of an application: all its certificates, with nothing that says which one is active. */
export function federationMetadataRoutes(entra: Entra): Hono {
  // Microsoft writes the path in two ways.
  return new Hono().get(
    '/:tenant/:folder{[Ff]ederation[Mm]etadata}/2007-06/:file{[Ff]ederation[Mm]etadata\\.xml}',
    c => {
      assertTenant(entra.directory, c.req.param('tenant'));
      const { directory, replication } = entra;
      const appId = c.req.query('appid') ?? '';
      const servicePrincipal = directory.servicePrincipals.find(one => one.appId === appId);
      if (!servicePrincipal)
        return c.html(
          errorPage({
            code: 700016,
            text: `Application with identifier '${appId}' was not found in the directory '${directory.displayName}'.`,
          }),
          400,
        );
      const keys = signingKeysOf(directory, servicePrincipal.id).filter(key => replication.isPublished(key.thumbprint));
      return c.body(metadata(directory, keys), 200, { 'Content-Type': 'application/samlmetadata+xml' });
    },
  );
}

const wsFederation = 'http://docs.oasis-open.org/wsfed/federation/200706';

function metadata(directory: Directory, keys: readonly SigningKey[]): string {
  const { tenantId, cloud } = directory;
  const issuer = escapeXml(issuerOf(directory));
  const ssoUrl = escapeXml(ssoUrlOf(directory));
  const wsFedUrl = escapeXml(loginUrl(`/${tenantId}/wsfed`, cloud));
  const descriptors = keys.map(keyDescriptor).join('');
  const wsFedRole = (type: string, content: string) =>
    `<RoleDescriptor xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:fed="${wsFederation}" xsi:type="fed:${type}" protocolSupportEnumeration="${wsFederation}">${descriptors}${content}</RoleDescriptor>`;
  const endpoint = (name: string, url: string) =>
    `<fed:${name}><wsa:EndpointReference xmlns:wsa="http://www.w3.org/2005/08/addressing"><wsa:Address>${url}</wsa:Address></wsa:EndpointReference></fed:${name}>`;
  return `<?xml version="1.0" encoding="utf-8"?><EntityDescriptor ID="_${tenantId}" entityID="${issuer}" xmlns="urn:oasis:names:tc:SAML:2.0:metadata">${[
    wsFedRole(
      'SecurityTokenServiceType',
      claimTypesOffered +
        endpoint('SecurityTokenServiceEndpoint', wsFedUrl) +
        endpoint('PassiveRequestorEndpoint', wsFedUrl),
    ),
    wsFedRole(
      'ApplicationServiceType',
      endpoint('TargetScopes', issuer) +
        endpoint('ApplicationServiceEndpoint', wsFedUrl) +
        endpoint('PassiveRequestorEndpoint', wsFedUrl),
    ),
    `<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${descriptors}`,
    service('SingleLogoutService', 'HTTP-Redirect', ssoUrl),
    service('SingleSignOnService', 'HTTP-Redirect', ssoUrl),
    service('SingleSignOnService', 'HTTP-POST', ssoUrl),
    '</IDPSSODescriptor>',
  ].join('')}</EntityDescriptor>`;
}

const keyDescriptor = ({ certificate }: SigningKey) =>
  `<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`;

const service = (name: string, binding: string, location: string) =>
  `<${name} Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${location}" />`;

const claimTypesOffered = `<fed:ClaimTypesOffered><auth:ClaimType xmlns:auth="http://docs.oasis-open.org/wsfed/authorization/200706" Uri="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"><auth:DisplayName>Name</auth:DisplayName><auth:Description>The mutable display name of the user.</auth:Description></auth:ClaimType></fed:ClaimTypesOffered>`;
