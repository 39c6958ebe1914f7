import { Hono } from 'hono';
import { z } from 'zod';
import { graphUrl } from '../addresses.js';
import type { PortalClaim, ServicePrincipal } from '../directory.js';
import type { Entra } from '../entra.js';
import { createSigningKey, threeYearsAfter } from '../self-signed-certificate.js';
import { readBody } from './body.js';
import { applicationOf, servicePrincipalAt } from './lookup.js';
import { customKeyIdentifier, presentServicePrincipal } from './presentation.js';
import { answerEntity, answerList, selected } from './query.js';
import { badRequest, notFound } from './refusals.js';
import { patchServicePrincipal, servicePrincipalPatch } from './service-principal-patch.js';

const newCertificate = z.strictObject({
  displayName: z.string().regex(/^CN=./),
  endDateTime: z.iso.datetime({ offset: true }).optional(),
});

export function servicePrincipalRoutes(entra: Entra): Hono {
  const routes = new Hono();
  const present = (one: ServicePrincipal, withKeys = false) =>
    presentServicePrincipal(entra.directory, one, applicationOf(entra, one), withKeys);

  routes.get('/servicePrincipals', c => {
    const { servicePrincipals } = entra.directory;
    return answerList(c, entra, {
      name: 'servicePrincipals',
      entries: servicePrincipals,
      present: one => present(one),
    });
  });
  routes.get('/servicePrincipals/:id', c => {
    const withKeys = selected(c)?.includes('keyCredentials') ?? false;
    return answerEntity(c, 'servicePrincipals', present(servicePrincipalAt(entra, c.req.param('id')), withKeys));
  });
  routes.patch('/servicePrincipals/:id', async c => {
    const servicePrincipal = servicePrincipalAt(entra, c.req.param('id'));
    patchServicePrincipal(entra.directory, servicePrincipal, await readBody(c, servicePrincipalPatch));
    return c.body(null, 204);
  });

  for (const action of ['addTokenSigningCertificate', 'microsoft.graph.addTokenSigningCertificate'])
    routes.post(`/servicePrincipals/:id/${action}`, async c => {
      const { id: servicePrincipalId } = servicePrincipalAt(entra, c.req.param('id'));
      const { displayName, endDateTime } = await readBody(c, newCertificate);
      const notBefore = new Date();
      const latest = threeYearsAfter(notBefore);
      const notAfter = endDateTime === undefined ? latest : new Date(endDateTime);
      if (notAfter <= notBefore || notAfter > latest)
        throw badRequest('The endDateTime has to lie in the future and at most three years away.');
      const commonName = displayName.slice('CN='.length);
      const key = await createSigningKey({ servicePrincipalId, commonName, notBefore, notAfter });
      entra.directory.signingKeys.push(key);
      entra.replication.certified(key.thumbprint);
      return c.json({
        '@odata.context': graphUrl('/v1.0/$metadata#microsoft.graph.selfSignedCertificate'),
        customKeyIdentifier: customKeyIdentifier(key),
        displayName: key.displayName,
        endDateTime: key.endDateTime,
        key: key.certificate,
        keyId: key.verifyKeyId,
        startDateTime: key.startDateTime,
        thumbprint: key.thumbprint,
        type: 'AsymmetricX509Cert',
        usage: 'Verify',
      });
    });
  return routes;
}

/** The portal's claims, which Graph shows in beta alone. */
export function betaRoutes(entra: Entra): Hono {
  return new Hono().get('/servicePrincipals/:id/claimsPolicy', c => {
    const { id } = servicePrincipalAt(entra, c.req.param('id'));
    const policy = entra.directory.claimsPolicies[id];
    if (!policy) throw notFound(`${id}/claimsPolicy`);
    return c.json({
      '@odata.context': graphUrl(`/beta/$metadata#servicePrincipals('${id}')/claimsPolicy/$entity`),
      id: policy.id,
      audienceOverride: null,
      groupFilter: null,
      includeApplicationIdInIssuer: false,
      includeBasicClaimSet: policy.includeBasicClaimSet,
      claims: policy.claims.map(presentClaim),
    });
  });
}

function presentClaim({ name, namespace, source, attribute }: PortalClaim) {
  const configurations = [
    {
      condition: null,
      attribute: source
        ? { '@odata.type': '#microsoft.graph.sourcedAttribute', id: attribute, source, isExtensionAttribute: false }
        : { '@odata.type': '#microsoft.graph.valueBasedAttribute', value: attribute },
      transformations: [],
    },
  ];
  if (name === undefined)
    return {
      '@odata.type': '#microsoft.graph.samlNameIdClaim',
      nameIdFormat: 'emailAddress',
      serviceProviderNameQualifier: null,
      configurations,
    };
  return {
    '@odata.type': '#microsoft.graph.customClaim',
    name,
    namespace: namespace ?? null,
    samlAttributeNameFormat: null,
    tokenFormat: ['saml'],
    configurations,
  };
}
