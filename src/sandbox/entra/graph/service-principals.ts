import { Hono } from 'hono';
import { z } from 'zod';
import { graphUrl } from '../addresses.js';
import type { PortalClaim, ServicePrincipal } from '../directory.js';
import type { Entra } from '../entra.js';
import { createSigningKey, threeYearsAfter } from '../self-signed-certificate.js';
import { signingKeysOf } from '../signing-keys.js';
import { assignmentsOf } from './assignments.js';
import { readBody } from './body.js';
import { applicationOf, assertPatchable, servicePrincipalAt } from './lookup.js';
import { customKeyIdentifier, presentServicePrincipal } from './presentation.js';
import { answerEntity, answerList, selected } from './query.js';
import { badRequest, notFound, refusal } from './refusals.js';
import { patchServicePrincipal, servicePrincipalPatch } from './service-principal-patch.js';

const newCertificate = z.strictObject({
  displayName: z.string().regex(/^CN=./),
  endDateTime: z.iso.datetime({ offset: true }).optional(),
});

export function servicePrincipalRoutes(entra: Entra): Hono {
  const routes = new Hono();
  const { replication } = entra;
  const present = (one: ServicePrincipal, options: { withKeys?: boolean; listed?: boolean } = {}) =>
    presentServicePrincipal(entra, replication.shown(one), replication.shown(applicationOf(entra, one)), options);

  routes.get('/servicePrincipals', c => {
    const { servicePrincipals: entries } = entra.directory;
    return answerList(c, entra, {
      name: 'servicePrincipals',
      entries,
      present: one => present(one, { listed: true }),
      related: assignmentsOf(entra),
    });
  });
  routes.get('/servicePrincipals/:id', c => {
    const withKeys = selected(c)?.includes('keyCredentials') ?? false;
    const servicePrincipal = servicePrincipalAt(entra, c.req.param('id'));
    const shown = present(servicePrincipal, { withKeys });
    replication.read(servicePrincipal);
    return answerEntity(c, entra, 'servicePrincipals', shown, { related: assignmentsOf(entra) });
  });
  routes.patch('/servicePrincipals/:id', async c => {
    const servicePrincipal = servicePrincipalAt(entra, c.req.param('id'));
    assertPatchable(entra, servicePrincipal.id);
    const patch = await readBody(c, servicePrincipalPatch);
    replication.changing(servicePrincipal);
    patchServicePrincipal(entra.directory, servicePrincipal, patch);
    return c.body(null, 204);
  });

  for (const action of ['addTokenSigningCertificate', 'microsoft.graph.addTokenSigningCertificate'])
    routes.post(`/servicePrincipals/:id/${action}`, async c => {
      if (entra.has('no-certificate-action'))
        throw refusal(404, 'ResourceNotFound', `Resource not found for the segment '${action}'.`);
      const servicePrincipal = servicePrincipalAt(entra, c.req.param('id'));
      const { id: servicePrincipalId } = servicePrincipal;
      const { displayName, endDateTime } = await readBody(c, newCertificate);
      const notBefore = new Date();
      const latest = threeYearsAfter(notBefore);
      const notAfter = endDateTime === undefined ? latest : new Date(endDateTime);
      if (notAfter <= notBefore || notAfter > latest)
        throw badRequest('The endDateTime has to lie in the future and at most three years away.');
      const commonName = displayName.slice('CN='.length);
      const key = await createSigningKey({ servicePrincipalId, commonName, notBefore, notAfter });
      if (entra.has('certificate-activates-at-once') && signingKeysOf(entra.directory, servicePrincipalId).length === 0)
        servicePrincipal.preferredTokenSigningKeyThumbprint = key.thumbprint;
      entra.directory.signingKeys.push(key);
      replication.certified(key.thumbprint);
      return c.json({
        '@odata.context': graphUrl('/v1.0/$metadata#microsoft.graph.selfSignedCertificate', entra.directory.cloud),
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
    if (entra.has('claims-unreadable-403'))
      throw refusal(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
    if (entra.has('claims-unreadable-404'))
      throw refusal(404, 'ResourceNotFound', "Resource not found for the segment 'claimsPolicy'.");
    if (entra.has('claims-unreadable-503'))
      throw refusal(503, 'ServiceUnavailable', 'The service is temporarily unavailable.');
    const { id } = servicePrincipalAt(entra, c.req.param('id'));
    const policy = entra.directory.claimsPolicies[id];
    if (!policy) throw notFound(`${id}/claimsPolicy`);
    const context = graphUrl(`/beta/$metadata#servicePrincipals('${id}')/claimsPolicy`);
    const shown = {
      id: policy.id,
      audienceOverride: null,
      groupFilter: null,
      includeApplicationIdInIssuer: false,
      includeBasicClaimSet: policy.includeBasicClaimSet,
      claims: policy.claims.map(presentClaim),
    };
    return entra.has('claims-as-collection')
      ? c.json({ '@odata.context': context, value: [shown] })
      : c.json({ '@odata.context': `${context}/$entity`, ...shown });
  });
}

function presentClaim({ name, namespace, source, attribute, transformation, condition: userType }: PortalClaim) {
  const isExtensionAttribute = attribute.startsWith('extension_');
  const from = source
    ? { '@odata.type': '#microsoft.graph.sourcedAttribute', id: attribute, source, isExtensionAttribute }
    : { '@odata.type': '#microsoft.graph.valueBasedAttribute', value: attribute };
  const extraction = {
    '@odata.type': '#microsoft.graph.extractMailPrefixTransformation',
    input: { treatAsMultiValue: false, attribute: from },
  };
  const condition = userType
    ? { '@odata.type': '#microsoft.graph.customClaimCondition', userType, memberOf: [] }
    : null;
  const configurations = [
    { condition, attribute: transformation ? null : from, transformations: transformation ? [extraction] : [] },
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
