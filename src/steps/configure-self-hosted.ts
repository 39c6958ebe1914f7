import { isDeepStrictEqual } from 'node:util';
import { editOauth, type OauthConfiguration, oauthSnippet, readOauth } from '../flex/app-config.js';
import type { Facts } from '../migration/facts.js';
import { isSetupRecorded, lastEitherWay } from '../migration/journal.js';
import type { Change, Instruction, Migration } from '../migration/state.js';
import type { ReadContext, Step, WriteContext } from '../migration/step.js';

/**
 * The `oauth` object in the appconfig.js of a self-hosted Flex UI. As soon as a deployed one has it, Flex UI uses the enhanced
 * connection; taking it out is the way back.
 */
export const configureSelfHosted: Step = {
  id: 'configure-self-hosted',
  title: 'Configure self-hosted Flex',
  applies: ({ answers }) => answers.hosting === 'self-hosted',

  forward: {
    asks({ answers }) {
      if (!answers.redirectUrl) return { input: 'redirectUrl' };
      if (answers.appConfig === undefined) return { input: 'appConfig', suggestion: '' };
      return undefined;
    },
    plan: context => planOauth(context, wantedOauth(context.migration)),
    apply: writeOauth,
    async verify({ migration, readDocument }) {
      const file = migration.answers.appConfig;
      if (!file) return [];
      const same = isDeepStrictEqual(readOauth(await readDocument(file)), wantedOauth(migration));
      return [
        {
          name: 'app-config',
          result: same ? 'passed' : 'failed',
          strength: 'observed',
          message: same ? `${file} holds the oauth object.` : `${file} does not hold the oauth object.`,
          hint: 'Run `flex-sso resume` to write it.',
        },
      ];
    },
  },

  back: {
    title: 'Take the oauth object out of self-hosted Flex',
    plan: context => planOauth(context, null),
    apply: writeOauth,
  },
};

function wantedOauth({ answers, facts }: Migration): OauthConfiguration {
  const { connection } = facts;
  return {
    connection: connection?.name ?? '',
    clientId: connection?.clientId ?? '',
    redirectUrl: answers.redirectUrl ?? '',
  };
}

/** Whether a Flex UI with the oauth object was deployed, and not one without it since. */
export const isDeployed = ({ journal }: Migration): boolean => {
  const last = journal.findLast(({ status, change }) => status === 'applied' && change.resource === 'deployment');
  return last?.direction === 'forward';
};

/** Edits the file where there is one, and always asks for the deployment, which only people can do. */
async function planOauth(
  { migration, readDocument, report }: ReadContext,
  wanted: OauthConfiguration | null,
): Promise<Change[]> {
  const { answers, journal } = migration;
  const deployed = lastEitherWay(journal, 'configure-self-hosted', 'deployment');
  // There is nothing to take out if nothing was deployed. Without a record, nobody knows.
  if (wanted === null && !deployed && !answers.appConfig && isSetupRecorded(migration)) return [];
  const changes: Change[] = [];
  if (answers.appConfig) {
    const before = readOauth(await readDocument(answers.appConfig));
    const isOther = !isDeepStrictEqual(before, wanted);
    if (isOther && before && wanted) report.note(replacesOauth(answers.appConfig));
    if (isOther)
      changes.push({
        action: 'update',
        resource: 'appConfig',
        key: answers.appConfig,
        title: wanted ? 'Put the oauth object into appconfig.js' : 'Take the oauth object out of appconfig.js',
        before: before && { oauth: { ...before } },
        after: wanted && { oauth: { ...wanted } },
      });
  }
  if (deployed && isDeepStrictEqual(deployed.change.after, wanted)) return changes;
  const instruction = deploy(wanted, answers.appConfig);
  changes.push({
    action: 'manual',
    resource: 'deployment',
    key: answers.redirectUrl ?? '',
    title: instruction.summary,
    before: deployed?.change.after ?? null,
    after: wanted && { ...wanted },
    instruction,
  });
  return changes;
}

const replacesOauth = (file: string) =>
  `${file} has an oauth object already. It is replaced as a whole, with whatever else it holds, and \`flex-sso revert\` takes it out: as long ` +
  'as there is one, Flex UI does not use the legacy connection. Keep a copy if you need it.';

async function writeOauth(change: Change, context: WriteContext): Promise<Facts> {
  if (change.resource !== 'appConfig') return {};
  const text = await context.readDocument(change.key);
  const wanted = change.after === null ? null : wantedOauth(context.migration);
  await context.writeFile(change.key, editOauth(text, wanted));
  return {};
}

function deploy(wanted: OauthConfiguration | null, appConfig: string | undefined): Instruction {
  const edit: Instruction['tasks'] = wanted
    ? [{ do: 'enter', label: 'appConfig in appconfig.js', value: oauthSnippet(wanted) }]
    : [{ do: 'read', text: 'Take the oauth object out of appConfig in appconfig.js.' }];
  return {
    who: 'flex-administrator',
    summary: wanted ? 'Deploy your Flex UI with the oauth object' : 'Deploy your Flex UI without the oauth object',
    tasks: [
      ...(appConfig ? [] : edit),
      { do: 'read', text: 'Build and deploy your self-hosted Flex UI as you always do.' },
      {
        do: 'read',
        text: wanted
          ? 'From then on everybody who loads it logs in through the enhanced connection.'
          : 'From then on everybody who loads it logs in through the legacy connection.',
      },
    ],
  };
}
