import { onTestFinished } from 'vitest';
import { addHistory } from './application-with-history.js';
import { type Journey, openJourney } from './journey.js';

/** A journey that lives as long as the test. */
export async function openForTest(options?: Parameters<typeof openJourney>[0]): Promise<Journey> {
  const journey = await openJourney(options);
  onTestFinished(() => journey.close());
  return journey;
}

/** The same, over an application that others have worked on. */
export async function openWithHistory(): Promise<Journey> {
  const journey = await openForTest();
  addHistory(journey.sandbox.world);
  return journey;
}
