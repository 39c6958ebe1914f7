import type { RecordedMessage } from '../saml/har.js';
import { diagnoseAuthnRequest } from './authn-request.js';
import type { Diagnosis } from './diagnosis.js';
import type { Expected } from './expected.js';
import { diagnoseCertificate, diagnoseMetadata } from './metadata.js';
import { diagnoseResponse } from './response.js';

/** Explains one captured message against what is expected. Throws an input error where it is no such message after all. */
export function diagnose(message: RecordedMessage, expected: Expected): Diagnosis {
  switch (message.kind) {
    case 'response':
      return diagnoseResponse(message.xml, expected);
    case 'authn-request':
      return diagnoseAuthnRequest(message, expected);
    case 'metadata':
      return diagnoseMetadata(message.xml, expected);
    case 'certificate':
      return diagnoseCertificate(message.certificate, expected);
  }
}

/** Explains a recording: each message in order, a response as the answer to the request before it, at the time it was sent. */
export function diagnoseRecording(messages: readonly RecordedMessage[], expected: Expected): Diagnosis[] {
  let requestId: string | undefined;
  return messages.map(message => {
    if (message.kind === 'authn-request') requestId = message.request.id;
    const sent = message.sentAt === undefined ? Number.NaN : Date.parse(message.sentAt);
    return diagnose(message, { ...expected, requestId, sentAt: Number.isNaN(sent) ? undefined : new Date(sent) });
  });
}
