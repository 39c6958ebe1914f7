import { type RecordedMessage, readHar } from '../saml/har.js';
import { isMessage, partsOf } from '../saml/messages-in-text.js';
import { refusalsIn } from '../saml/refusal-in-text.js';
import { isKnown } from './refusal.js';

/** What was captured: one message, or a recording of a browser with those it holds, oldest first. */
export interface Capture {
  recording: boolean;
  messages: readonly RecordedMessage[];
}

/** Recognises what a person gives. No message if it is something else. Throws an input error if it is garbled. */
export function readCapture(text: string): Capture {
  const recorded = readHar(text);
  if (recorded) return { recording: true, messages: recorded };
  const { parts, failure } = partsOf(text);
  const messages = parts.flatMap((part): RecordedMessage[] => {
    if (isMessage(part)) return [part];
    const said = refusalsIn(part).filter(isKnown);
    return said.length > 0 ? [{ kind: 'refusal', said }] : [];
  });
  if (messages.length === 0 && failure) throw failure;
  return { recording: messages.length > 1, messages };
}
