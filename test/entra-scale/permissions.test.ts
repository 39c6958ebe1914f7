import { describe, expect, it } from 'vitest';
import { FlexSsoError } from '../../src/errors.js';
import { faults } from '../../src/sandbox/faults.js';
import { openScene } from './scene.js';

const permissions = Object.keys(faults).flatMap(name => name.match(/^no-permission:(.*)$/)?.[1] ?? []);
/** What is not needed is not missed: the sign-in log only helps to tell several applications apart. */
const spared = {
  new: ['AuditLog.Read.All'],
  modify: ['AuditLog.Read.All', 'AppRoleAssignment.ReadWrite.All', 'Policy.ReadWrite.ApplicationConfiguration'],
};

describe.concurrent.each(['new', 'modify'] as const)('with the setup type %s and without', setupType => {
  it.each(permissions)('%s', async permission => {
    const scene = await openScene({ faults: [`no-permission:${permission}`], answers: { setupType } });
    try {
      const stopped = await scene.run().catch(error => error as unknown);
      if (!(stopped instanceof FlexSsoError)) {
        // It was not needed, or what it would have shown is left out.
        expect(stopped).toMatchObject({ status: 'finished' });
        if (setupType === 'new') expect(spared.new).toContain(permission);
        return;
      }
      expect(spared[setupType]).not.toContain(permission);
      expect(stopped).toMatchObject({ code: 'graph-permission-missing', ending: 'permission' });
      expect(stopped.message).toContain(permission);
      expect(stopped.hint).toMatch(/Cloud Application Administrator can consent .* Privileged Role Administrator/);
    } finally {
      await scene.close();
    }
  });
});
