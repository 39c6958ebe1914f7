import { type RecordedMessage, readHar } from './har.js';
import { messagesIn } from './message.js';
import { plainText } from './plain-text.js';
import { refusalIn } from './refusal-in-text.js';

/** What was captured: one message, or a recording of a browser with those it holds, oldest first. */
export interface Capture {
  recording: boolean;
  messages: readonly RecordedMessage[];
}

/** Recognises what somebody hands over. No message if it is something else. Throws an input error if it is garbled. */
export function readCapture(text: string): Capture {
  const recorded = readHar(text);
  if (recorded) return { recording: true, messages: recorded };
  const messages = messagesIn(text);
  // Logs and copied commands end with it. Inside a message it belongs to the message.
  const isMessage = messages.length > 0 && plainText(text).startsWith('<');
  const refusal = isMessage ? undefined : refusalIn(text);
  const all = [...messages, ...(refusal ? [{ kind: 'refusal', ...refusal } as const] : [])];
  return { recording: all.length > 1, messages: all };
}
