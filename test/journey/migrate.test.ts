import { describe, expect, it } from 'vitest';
import { setupTypes as guide } from '../../src/migration/setup-types.js';
import { overlong } from './layout.js';
import { flat, sandboxes, setupTypes, trusting } from './sandboxes.js';

const { start, show } = sandboxes();

describe.each(['new', 'modify'] as const)('setup type %s', setupType => {
  it.each([60, 120])('is finished at %i columns in at most 12 answers', async columns => {
    const newcomer = start('migrate', `${setupType}-${columns}`, { columns });
    expect(await newcomer.walk(trusting(setupTypes[setupType]))).toBe(0);
    expect(newcomer.answered.length, newcomer.answered.join('\n')).toBeLessThanOrEqual(12);

    const text = newcomer.text();
    expect(flat(text)).toContain('The migration is finished');
    expect(flat(text)).toMatch(/✓ Verified\. A login through JQ[0-9a-f]{32} came back to flex-sso/);
    expect(overlong(text, columns)).toEqual([]);
  });

  it('says everything at 60 columns too', async () => {
    const newcomer = start('migrate', `${setupType}-whole`, { columns: 60 });
    await newcomer.walk(trusting(setupTypes[setupType]));
    const text = flat(newcomer.text());
    for (const { title, summary, benefits, considerations, useThisIf } of Object.values(guide))
      for (const words of [title, summary, ...benefits, ...considerations, ...useThisIf]) expect(text).toContain(words);
    // What has to be copied stays in one piece.
    const pieces = newcomer
      .text()
      .split('\n')
      .map(line => line.trim());
    expect(pieces).toContainEqual(
      expect.stringMatching(/^\+ https:\/\/login\.flex\.us1\.twilio\.com\/login\/callback\?connection=JQ[0-9a-f]{32}$/),
    );
    if (setupType === 'new')
      expect(pieces).toEqual(expect.arrayContaining(['-----BEGIN CERTIFICATE-----', '-----END CERTIFICATE-----']));
  });

  it('goes back, and forward again, without doing anything twice', async () => {
    const name = `${setupType}-120`;
    const back = start('revert', name);
    expect(await back.walk(trusting())).toBe(0);
    expect(flat(back.text())).toContain('The legacy connection is back');
    expect(back.text()).toContain('Switch back to the legacy connection');
    expect(back.text()).not.toContain('not begun');
    expect((await show(name)).connections.map(({ active }) => active)).not.toContain(true);

    const forward = start('migrate', name);
    expect(await forward.walk(trusting())).toBe(0);
    expect(flat(forward.text())).toContain('The migration is finished');
    // Nobody is asked again what was answered once.
    expect(forward.answered).not.toContainEqual(expect.stringMatching(/setup type|Flex UI|real time|proven/));
    const world = await show(name);
    expect(world.connections.filter(({ active }) => active)).toHaveLength(1);
    expect(world.applications.filter(({ displayName }) => /Flex/.test(displayName))).toHaveLength(
      setupType === 'new' ? 2 : 1,
    );
  });
});
