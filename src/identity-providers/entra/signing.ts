import type { ServicePrincipal } from '@microsoft/microsoft-graph-types';
import type { ApplicationIds } from '../../migration/state.js';
import type { Change } from '../../migration/step.js';
import type { GraphReader } from './client.js';
import type { Concern, There } from './concern.js';
import { createOnce } from './create-once.js';
import { nameFor } from './derived.js';
import { assignPolicy, findPolicy, type Policy } from './policies.js';
import { activeCertificate, readApplication, type SigningCertificate } from './read.js';
import { untilSeen, writeAndSee } from './replication.js';

const sha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const issuancePolicy = {
  TokenIssuancePolicy: {
    Version: 1,
    SigningAlgorithm: sha256,
    TokenResponseSigningPolicy: 'ResponseAndToken',
    SamlTokenVersion: '2.0',
  },
};

/** A certificate of its own: Entra makes one that is valid for three years. */
export const certificate: Concern = {
  resources: ['tokenSigningCertificate'],
  plan(wish, there) {
    const name = certificateName(wish.migrationId, there);
    if (there && (activeCertificate(there) || validNamed(there, name))) return [];
    return [
      {
        action: 'create',
        resource: 'tokenSigningCertificate',
        key: name,
        title: 'A signing certificate, valid for three years',
        before: null,
        after: { displayName: name },
      },
    ];
  },
  find: ({ key }, at, graph) => findCertificate(graph, at, key),
  async apply({ key: displayName }, at, context) {
    const graph = await context.graph();
    await createOnce({
      wait: graph.wait,
      what: `the certificate ${displayName}`,
      again: true,
      find: () => findCertificate(graph, at, displayName),
      create: () =>
        graph.post(
          `/servicePrincipals/${at.servicePrincipalId}/addTokenSigningCertificate`,
          { displayName },
          { creates: true },
        ),
    });
  },
};

async function findCertificate(
  graph: GraphReader,
  at: ApplicationIds,
  displayName: string,
): Promise<SigningCertificate | undefined> {
  const there = await readApplication(graph, at);
  return there && validNamed(there, displayName);
}

/** The response and the assertion are both signed, with SHA-256. */
export const signingOptions: Concern = {
  resources: ['tokenIssuancePolicy'],
  plan(wish, there) {
    const assigned = there?.tokenIssuancePolicies ?? [];
    if (assigned.some(signsBoth)) return [];
    return [
      {
        action: assigned.length > 0 ? 'update' : 'create',
        resource: 'tokenIssuancePolicy',
        key: nameFor(wish.migrationId, 'signing'),
        title: 'Sign SAML response and assertion, with SHA-256',
        before: (assigned[0]?.content ?? null) as Change['before'],
        after: issuancePolicy,
      },
    ];
  },
  async apply({ key: displayName, after: content }, at, context) {
    const graph = await context.graph();
    await assignPolicy(graph, 'tokenIssuancePolicies', at.servicePrincipalId, { displayName, content });
  },
  find: ({ key }, _at, graph) => findPolicy(graph, 'tokenIssuancePolicies', key),
  check: (_, { tokenIssuancePolicies }) => [
    tokenIssuancePolicies.some(signsBoth)
      ? {
          name: 'signing-option',
          result: 'passed',
          strength: 'observed',
          message: 'Response and assertion are both signed, with SHA-256.',
        }
      : {
          name: 'signing-option',
          result: 'failed',
          strength: 'observed',
          message: 'No policy says that response and assertion are both signed with SHA-256.',
          hint: 'Choose "Sign SAML response and assertion" and SHA-256 in the SAML Signing Certificate section.',
        },
  ],
};

/** The certificate becomes the one that Entra signs with; it comes after the claims, which need a key that is there. */
export const activation: Concern = {
  resources: ['preferredTokenSigningKeyThumbprint'],
  plan(wish, there) {
    if (there && activeCertificate(there)) return [];
    const active = there?.certificates.find(held => held.thumbprint === there.preferredTokenSigningKeyThumbprint);
    return [
      {
        action: 'update',
        resource: 'preferredTokenSigningKeyThumbprint',
        key: wish.displayName,
        title: 'Sign with this certificate',
        before: active?.displayName ?? null,
        after: certificateName(wish.migrationId, there),
      },
    ];
  },
  async apply({ after }, at, context) {
    const graph = await context.graph();
    const { thumbprint } = await untilSeen(() => findCertificate(graph, at, String(after)), {
      wait: graph.wait,
      until: `show the certificate ${after}`,
    });
    await writeAndSee<ServicePrincipal>(
      graph,
      `/servicePrincipals/${at.servicePrincipalId}`,
      { preferredTokenSigningKeyThumbprint: thumbprint },
      read => read.preferredTokenSigningKeyThumbprint?.toUpperCase() === thumbprint,
    );
  },
  check(_, there) {
    const active = activeCertificate(there);
    return [
      active
        ? {
            name: 'certificate',
            result: 'passed',
            strength: 'observed',
            message: `Entra signs with the certificate ${active.thumbprint}, valid until ${active.endDateTime.slice(0, 10)}.`,
          }
        : {
            name: 'certificate',
            result: 'failed',
            strength: 'observed',
            message: 'No certificate that is valid now is active.',
            hint: 'Make a valid certificate active in the SAML Signing Certificate section, then run `flex-sso resume`.',
          },
    ];
  },
};

/** The first name of this migration's that no expired certificate has. */
function certificateName(migrationId: string, there: There | undefined): string {
  const name = `CN=${nameFor(migrationId, 'signing')}`;
  const expired = there?.certificates.filter(held => Date.parse(held.endDateTime) <= Date.now()) ?? [];
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? name : `${name} ${count}`;
    if (!expired.some(held => held.displayName === candidate)) return candidate;
  }
}

const validNamed = ({ certificates }: { certificates: readonly SigningCertificate[] }, displayName: string) =>
  certificates.find(held => held.displayName === displayName && Date.parse(held.endDateTime) > Date.now());

function signsBoth({ content }: Policy): boolean {
  const policy = (content as { TokenIssuancePolicy?: Record<string, unknown> } | null)?.TokenIssuancePolicy;
  return policy?.TokenResponseSigningPolicy === 'ResponseAndToken' && policy.SigningAlgorithm === sha256;
}
