import type { ServicePrincipal } from '@microsoft/microsoft-graph-types';
import type { ApplicationIds } from '../../migration/facts.js';
import { GraphError, type GraphReader, type GraphWriter } from './client.js';
import type { Concern, There } from './concern.js';
import { createOnce } from './create-once.js';
import { nameFor } from './derived.js';
import { metadataUrl, readFederationMetadata } from './federation-metadata.js';
import { activeCertificate, readCertificates, type SigningCertificate } from './read.js';
import { look, untilSeen, writeAndSee } from './replication.js';
import { assertCertificateByHand, certificateByHand } from './signing-by-hand.js';
import { expiryOf } from './signing-expiry.js';

/** How long metadata is waited for before a certificate signs; whoever hands it to Flex waits for it again. */
const publicationMs = 60_000;

/** A certificate of its own, unless one that is valid is there. National clouds have no action for it, so there a person adds it. */
export const certificate: Concern = {
  resources: ['tokenSigningCertificate'],
  plan(wish, there) {
    if (there && usable(there)) return [];
    if (wish.certificateByHand) return [certificateByHand(wish, there)];
    const years = wish.certificateYears;
    const name = certificateName(wish.migrationId, there);
    // Entra does not stage a new certificate where the active one has expired.
    const atOnce = there?.certificates.some(held => held.thumbprint === there.preferredTokenSigningKeyThumbprint);
    return [
      {
        action: 'create',
        resource: 'tokenSigningCertificate',
        key: name,
        title:
          `A signing certificate, valid for ${years === 1 ? 'one year' : `${years} years`}` +
          (atOnce ? '; Entra signs with it at once, because the active one has expired' : ''),
        before: null,
        after: { displayName: name, years },
      },
    ];
  },
  find: ({ key }, at, graph) => findCertificate(graph, at, key),
  async apply({ action, key: displayName, after }, at, context) {
    const graph = await context.graph();
    if (action === 'manual') return assertCertificateByHand(graph, at);
    const { years } = after as { years: number };
    await createOnce({
      wait: graph.wait,
      what: `the certificate ${displayName}`,
      by: 'its name',
      note: context.report.note,
      again: true,
      find: () => findCertificate(graph, at, displayName),
      create: () => addCertificate(graph, at, displayName, years).then(() => undefined),
    });
  },
};

/** The certificate becomes the one that Entra signs with; it comes after the claims, which need a key that is there. */
export const activation: Concern = {
  resources: ['preferredTokenSigningKeyThumbprint'],
  plan(wish, there) {
    if (there && activeCertificate(there)) return [];
    const staged = there && usable(there);
    // Whoever adds one by hand makes it active in the same place.
    if (!staged && wish.certificateByHand) return [];
    const active = there?.certificates.find(held => held.thumbprint === there.preferredTokenSigningKeyThumbprint);
    return [
      {
        action: 'update',
        resource: 'preferredTokenSigningKeyThumbprint',
        key: wish.displayName,
        title: 'Active signing certificate',
        before: active?.displayName ?? null,
        after: staged?.displayName ?? certificateName(wish.migrationId, there),
      },
    ];
  },
  async apply({ after }, at, context) {
    const graph = await context.graph();
    const { thumbprint, tenantId } = await untilSeen(() => findCertificate(graph, at, String(after)), {
      wait: graph.wait,
      until: `show the certificate ${after}`,
    });
    // Whoever reads the metadata while Entra signs with a certificate must find it there.
    const url = metadataUrl(context.migration, graph, at, tenantId);
    await look(() => readFederationMetadata(context, url, thumbprint), { wait: graph.wait, longestMs: publicationMs });
    await writeAndSee<ServicePrincipal>(
      graph,
      `/servicePrincipals/${at.servicePrincipalId}`,
      { preferredTokenSigningKeyThumbprint: thumbprint },
      read => read.preferredTokenSigningKeyThumbprint?.toUpperCase() === thumbprint,
    );
  },
  check(_, there) {
    const active = activeCertificate(there);
    if (!active)
      return [
        {
          name: 'certificate',
          result: 'failed',
          strength: 'observed',
          message: 'No certificate that is valid now is active.',
          hint: 'Make a valid certificate active in the SAML Signing Certificate section, then run `flex-sso resume`.',
        },
      ];
    const { words, isNear } = expiryOf(active);
    return [
      {
        name: 'certificate',
        result: 'passed',
        strength: 'observed',
        message: `Entra signs with the certificate ${active.thumbprint}, which ${words}.`,
        ...(isNear && {
          hint: 'Replace it in time, in Entra and in Flex Console at once: Flex takes one certificate alone.',
        }),
      },
    ];
  },
};

/** Without a date Entra makes it three years, the longest that it allows; a date of ours might be seconds too late for that. */
async function addCertificate(graph: GraphWriter, at: ApplicationIds, displayName: string, years: number) {
  const end = new Date();
  end.setUTCFullYear(end.getUTCFullYear() + years);
  const endDateTime = `${end.toISOString().slice(0, 19)}Z`;
  try {
    await graph.post(
      `/servicePrincipals/${at.servicePrincipalId}/addTokenSigningCertificate`,
      { displayName, ...(years < 3 && { endDateTime }) },
      { creates: true },
    );
  } catch (error) {
    throw error instanceof GraphError && /Resource not found for the segment/i.test(error.message)
      ? new NoCertificateAction()
      : error;
  }
}

/** Graph does not have the action here, as in national clouds. */
export class NoCertificateAction extends Error {}

async function findCertificate(
  graph: GraphReader,
  at: ApplicationIds,
  displayName: string,
): Promise<(SigningCertificate & { tenantId: string | undefined }) | undefined> {
  const there = await readCertificates(graph, at);
  const found = there && latest(valid(there).filter(held => held.displayName === displayName));
  return found && { ...found, tenantId: there?.tenantId };
}

/** The first name of this migration's that no expired certificate has. */
function certificateName(migrationId: string, there: There | undefined): string {
  const name = `CN=${nameFor(migrationId, 'signing')}`;
  const expired = there?.certificates.filter(held => Date.parse(held.endDateTime) <= Date.now()) ?? [];
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? name : `${name} ${count}`;
    if (!expired.some(held => held.displayName === candidate)) return candidate;
  }
}

/** The certificate to sign with: the active one, else the one that is valid for longest. */
const usable = (there: There) => activeCertificate(there) ?? latest(valid(there));
const valid = ({ certificates }: { certificates: readonly SigningCertificate[] }) =>
  certificates.filter(held => Date.parse(held.endDateTime) > Date.now());
const latest = (certificates: readonly SigningCertificate[]) =>
  certificates.toSorted((a, b) => Date.parse(b.endDateTime) - Date.parse(a.endDateTime))[0];
