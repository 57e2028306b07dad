import fc from 'fast-check';
import { markOf, OLD_MARK } from '../../../scripts/bootstrap/ownership';
import { dependsOnFunctions, planCreation, planDestruction } from '../../../scripts/bootstrap/plan';
import {
  desiredResources,
  type Desired,
  type Found,
  type FoundIdentity,
  type FoundInstance,
  type Identity,
} from '../../../scripts/bootstrap/resources';
import type { Plan } from '../../../scripts/bootstrap/steps';

const TABLE = { kind: 'tablestore', instance: 'watch-state', region: 'cn-hangzhou', table: 'watch' } as const;
const DEPLOYMENT = { query: 'query-robot-tasks', watch: 'watch-robot-tasks', region: 'cn-hangzhou' };
const MARK = markOf(DEPLOYMENT);
const OTHER_MARK = markOf({ ...DEPLOYMENT, region: 'cn-shanghai' });
const WISHES = {
  deployment: DEPLOYMENT,
  queryRole: 'robot-task-query',
  watchRole: 'robot-task-watch',
  table: TABLE,
  source: 'dyvms',
  startsTasks: false,
  asksBalance: false,
} as const;
const ACCOUNT = '1234567890123456';
const desired = desiredResources(WISHES, ACCOUNT);
const withoutTable = desiredResources({ ...WISHES, table: null }, ACCOUNT);
const [QUERY, WATCH] = desired.identities as [Identity, Identity];

const NOTHING: Found = { identities: new Map(), instance: null, functions: [] };
const NONE: FoundIdentity = { role: null, policy: null };
function instanceWith(description: string, tables: string[], mark: string): FoundInstance {
  return { description, tables, marks: new Map(tables.includes('watch') ? [['watch', mark]] : []) };
}
const INSTANCE = instanceWith(MARK, ['watch'], MARK);
const ours = (name: string) => ({ name, type: 'Custom' });
const OURS = ours('robot-task-watch');

type WholeIdentity = { [part in keyof FoundIdentity]: NonNullable<FoundIdentity[part]> };

function completeIdentity({ name, trust, permissions }: Identity): WholeIdentity {
  return {
    role: { description: MARK, trust: JSON.stringify(trust), attached: [ours(name)] },
    policy: { description: MARK, document: JSON.stringify(permissions), attachments: 1 },
  };
}

/** All that bootstrap makes, as it is found afterwards; of the watch's role, `watch` is what is found instead. */
function complete({ identities }: Desired, watch: Partial<FoundIdentity> = {}): Found {
  const found = identities.map((identity) => [identity.name, completeIdentity(identity)] as const);
  const identity = { ...completeIdentity(identities[1] ?? WATCH), ...watch };
  return {
    identities: new Map([...found, ['robot-task-watch', identity]]),
    instance: INSTANCE,
    functions: [],
  };
}

/** The kinds of steps; of those for a role, only the watch's. */
function kinds({ steps }: Plan): string[] {
  return steps.filter((step) => !('identity' in step) || step.identity === WATCH).map((step) => step.kind);
}

describe('Creation', () => {
  test('An empty account gets everything, and what a step needs comes before it', () => {
    const plan = planCreation(desired, NOTHING);
    expect(kinds(plan)).toEqual([
      'create-role',
      'create-policy',
      'attach-policy',
      'create-instance',
      'create-table',
    ]);
    expect(plan.blocked).toEqual([]);
    expect(plan.steps.map(({ text }) => text)).toContain('create the RAM role robot-task-query');
  });

  test('The HTTP function’s role can read the state and not write it; the watch’s can do both', () => {
    const actions = ({ permissions }: Identity) => permissions.Statement.flatMap(({ Action }) => Action);
    expect(actions(QUERY)).toEqual(['dyvms:QueryRobotTaskList', 'dyvms:QueryRobotTaskDetail', 'ots:GetRow']);
    expect(actions(WATCH)).toEqual([
      'dyvms:QueryRobotTaskList',
      'dyvms:QueryRobotTaskDetail',
      'ots:GetRow',
      'ots:PutRow',
    ]);
  });

  test('Where the tasks are those of Cloud Contact Center, its actions are permitted and no others', () => {
    const { identities } = desiredResources(
      { ...WISHES, source: 'aiccs', table: null, startsTasks: true },
      ACCOUNT,
    );
    expect(
      identities.map(({ permissions }) => permissions.Statement.flatMap(({ Action }) => Action)),
    ).toEqual([['aiccs:ListTask', 'aiccs:StartTask'], ['aiccs:ListTask']]);
  });

  test('Starting tasks and asking for the balance are permitted only where the settings ask for them, and to one role', () => {
    const wishes = { ...WISHES, startsTasks: true, asksBalance: true };
    const documents = desiredResources(wishes, ACCOUNT).identities.map(({ permissions }) =>
      JSON.stringify(permissions),
    );
    expect(documents.map((document) => document.includes('dyvms:StartRobotTask'))).toEqual([true, false]);
    expect(documents.map((document) => document.includes('bss:DescribeAcccount'))).toEqual([false, true]);
    expect(JSON.stringify(desired)).not.toMatch(/Start|bss/);
  });

  test('An account from when both functions had one role gets the second one, and its first loses nothing it needs', () => {
    const found = new Map([['robot-task-watch', completeIdentity(WATCH)]]);
    const plan = planCreation(desired, { identities: found, instance: INSTANCE, functions: [] });
    expect(plan.steps.map(({ text }) => text)).toEqual([
      'create the RAM role robot-task-query',
      'create the RAM policy robot-task-query',
      'attach the policy robot-task-query to the role robot-task-query',
    ]);
  });

  test('Without a table in STATE_STORE nothing is made in Tablestore and nothing permitted there', () => {
    const plan = planCreation(withoutTable, NOTHING);
    expect(new Set(plan.steps.map(({ kind }) => kind))).toEqual(
      new Set(['create-role', 'create-policy', 'attach-policy']),
    );
    expect(JSON.stringify(plan)).not.toContain('ots:');
  });

  test('A complete account needs nothing', () => {
    expect(planCreation(desired, complete(desired))).toEqual({ steps: [], notes: [], blocked: [] });
  });

  test('Another region, instance or table changes the policy', () => {
    const moved = desiredResources({ ...WISHES, table: { ...TABLE, table: 'other' } }, ACCOUNT);
    const plan = planCreation(moved, complete(desired));
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['update-policy', 'update-policy', 'create-table']);
    expect(plan.steps[0]?.details).toEqual([
      expect.stringMatching(/^- .*table\/watch"/) as unknown,
      expect.stringMatching(/^\+ .*table\/other"/) as unknown,
    ]);
  });

  test('A change to what bootstrap did not make says so', () => {
    const trust = JSON.stringify(WATCH.trust).replace('fc.aliyuncs.com', 'ecs.aliyuncs.com');
    const role = { description: 'somebody’s', trust, attached: [OURS] };
    const plan = planCreation(desired, complete(desired, { role }));
    expect(kinds(plan)).toEqual(['update-trust']);
    expect(plan.steps[0]?.text).toContain('which bootstrap did not make');
  });

  test('A policy that makes the role mightier than needed is pointed out', () => {
    const attached = [OURS, { name: 'AliyunOTSFullAccess', type: 'System' }];
    const role = { ...completeIdentity(WATCH).role, attached };
    const plan = planCreation(desired, complete(desired, { role }));
    expect(plan.steps).toEqual([]);
    expect(plan.notes.join()).toContain('AliyunOTSFullAccess');
  });

  test('A system policy of the same name is not ours', () => {
    const role = { ...completeIdentity(WATCH).role, attached: [{ ...OURS, type: 'System' }] };
    expect(kinds(planCreation(desired, complete(desired, { role })))).toEqual(['attach-policy']);
  });
});

describe('Destruction', () => {
  test('Everything that bootstrap made goes, users before what they use, and the loss is named', () => {
    const plan = planDestruction(desired, complete(desired));
    expect(kinds(plan)).toEqual([
      'detach-policy',
      'delete-policy',
      'delete-role',
      'delete-table',
      'delete-instance',
    ]);
    expect(plan.steps.flatMap(({ details }) => details).join()).toContain('lost for good');
    expect(plan.notes.join()).toContain('npm run deploy -- --remove');
    expect(plan.blocked).toEqual([]);
  });

  test('In an empty account there is nothing to take away', () => {
    expect(planDestruction(desired, NOTHING)).toEqual({ steps: [], notes: [], blocked: [] });
  });

  test('What somebody else made stays', () => {
    const { role, policy } = completeIdentity(WATCH);
    const theirs = { role: { ...role, description: 'theirs' }, policy: { ...policy, description: '' } };
    const plan = planDestruction(desired, {
      ...complete(desired, theirs),
      instance: instanceWith('theirs', ['watch', 'orders'], ''),
    });
    expect(kinds(plan)).toEqual([]);
    expect(plan.notes).toHaveLength(5);
  });

  test('A table that bootstrap made goes out of an instance that it did not make', () => {
    const instance = instanceWith('theirs', ['watch', 'orders'], MARK);
    const plan = planDestruction(desired, { ...NOTHING, instance });
    expect(kinds(plan)).toEqual(['delete-table']);
  });

  test('A role of ours that was given more policies is named, with what to do first', () => {
    const attached = [OURS, { name: 'Mine', type: 'Custom' }];
    const plan = planDestruction(
      desired,
      complete(desired, { role: { description: MARK, trust: '{}', attached } }),
    );
    expect(plan.blocked).toEqual(['The role robot-task-watch has other policies: detach Mine first.']);
    expect(kinds(plan)).not.toContain('delete-role');
  });

  test.each([
    {
      name: 'a policy that others have, too',
      found: complete(desired, { policy: { description: MARK, document: '{}', attachments: 3 } }),
      note: 'The policy robot-task-watch stays: 2 more identities have it.',
      stays: 'delete-policy',
    },
    {
      name: 'an instance that has other tables',
      found: { ...complete(desired), instance: instanceWith(MARK, ['orders', 'watch'], MARK) },
      note: 'The instance watch-state stays: it has other tables (orders).',
      stays: 'delete-instance',
    },
  ])('$name stays, and nobody is told to delete anything', ({ found, note, stays }) => {
    const plan = planDestruction(desired, found);
    expect(plan.blocked).toEqual([]);
    expect(plan.notes).toContain(note);
    expect(kinds(plan)).not.toContain(stays);
  });

  test('The operators’ table goes along, also when OPERATOR_TOKENS is set no more', () => {
    const tables = ['watch', 'watch_operators'];
    const marks = new Map(tables.map((table) => [table, MARK]));
    const plan = planDestruction(desired, { ...complete(desired), instance: { ...INSTANCE, tables, marks } });
    expect(plan.steps.map(({ text }) => text)).toContain(
      'delete the table watch_operators in the Tablestore instance watch-state in cn-hangzhou',
    );
    expect(kinds(plan).at(-1)).toBe('delete-instance');
  });
});

describe('Several deployments', () => {
  const MOVED = desiredResources({ ...WISHES, table: { ...TABLE, table: 'other' } }, ACCOUNT);
  /** What is found where both roles and the table bear this mark. */
  function marked(mark: string, functions: Found['functions'] = []): Found {
    const found = complete(desired);
    const identities = [...found.identities].map(
      ([name, { role, policy }]) =>
        [
          name,
          {
            role: role === null ? null : { ...role, description: mark },
            policy: policy === null ? null : { ...policy, description: mark },
          },
        ] as const,
    );
    return { identities: new Map(identities), instance: instanceWith(mark, ['watch'], mark), functions };
  }
  const runsAs = (name: string) => ({ name, role: 'robot-task-watch', stateStore: '' });

  const turned: { name: string; wanted: Desired; found: Found; refuses: RegExp | null }[] = [
    { name: 'its own with changed settings', wanted: MOVED, found: marked(MARK), refuses: null },
    {
      name: 'another one’s by its mark, although nothing would change',
      wanted: desired,
      found: marked(OTHER_MARK),
      refuses: /was made for watch-robot-tasks in cn-shanghai: give this deployment a DEPLOYMENT_SUFFIX/,
    },
    {
      name: 'its own that another one’s function runs as',
      wanted: MOVED,
      found: marked(MARK, [runsAs('watch-robot-tasks'), runsAs('watch-robot-tasks-test')]),
      refuses: /role robot-task-watch is also that of watch-robot-tasks-test, which this/,
    },
    {
      name: 'an older version’s, to which nothing changes',
      wanted: desired,
      found: marked(OLD_MARK),
      refuses: null,
    },
    {
      name: 'an older version’s with other settings that no function here runs as',
      wanted: MOVED,
      found: marked(OLD_MARK),
      refuses: /serves other settings, and no function of this deployment runs as it/,
    },
    { name: 'somebody else’s', wanted: MOVED, found: marked('theirs'), refuses: null },
  ];
  test.each(turned)('Of roles that are $name, bootstrap says: $refuses', ({ wanted, found, refuses }) => {
    const plan = planCreation(wanted, found);
    expect(plan.blocked.length > 0).toBe(refuses !== null);
    if (refuses === null) return;
    expect(plan.blocked.join('\n')).toMatch(refuses);
    expect(
      plan.steps.filter((step) => 'identity' in step && step.identity.name === 'robot-task-watch'),
    ).toEqual([]);
    const taken = planCreation(wanted, found, true);
    expect(taken.blocked).toEqual([]);
    expect(dependsOnFunctions(plan, found)).toBe(true);
  });

  test('What an older version made is noted for this deployment, once', () => {
    const own = ['query-robot-tasks', 'watch-robot-tasks'].map((name) => ({
      ...runsAs(name),
      role: name.replace('-robot-tasks', ''),
    }));
    const plan = planCreation(desired, marked(OLD_MARK, own));
    expect(plan.steps.map(({ text }) => text)).toEqual([
      'note in the RAM role robot-task-query that it is for watch-robot-tasks in cn-hangzhou',
      'note in the RAM role robot-task-watch that it is for watch-robot-tasks in cn-hangzhou',
      'note in the table watch that it is for watch-robot-tasks in cn-hangzhou',
    ]);
    expect(planCreation(desired, after(marked(OLD_MARK), plan)).steps).toEqual([]);
  });

  test.each([
    { name: 'by its mark', found: marked(OTHER_MARK) },
    { name: 'by an older version’s mark', found: marked(OLD_MARK) },
    {
      name: 'because its functions use them',
      found: marked(MARK, [
        {
          name: 'watch-robot-tasks-test',
          role: 'robot-task-watch',
          stateStore: 'tablestore://Watch-State.cn-hangzhou/watch',
        },
        { name: 'query-robot-tasks-test', role: 'robot-task-query', stateStore: '' },
      ]),
    },
  ])('Destruction leaves what is another one’s $name', ({ found }) => {
    const plan = planDestruction(desired, found);
    expect(plan.steps).toEqual([]);
    expect(plan.notes.length).toBeGreaterThanOrEqual(3);
  });

  test('A table that two share is noted', () => {
    const found = { ...marked(MARK), instance: instanceWith(MARK, ['watch'], OTHER_MARK) };
    expect(planCreation(desired, found).notes).toEqual([
      'The table watch was made for watch-robot-tasks in cn-shanghai: two watches need a STATE_STORE each, with a table of its own.',
    ]);
  });

  test('Where there are operators, the query function alone writes their record, and the watch alone the state', () => {
    const { identities, tables } = desiredResources({ ...WISHES, startsTasks: true }, ACCOUNT);
    expect(tables.map(({ table }) => table)).toEqual(['watch', 'watch_operators']);
    const rights = identities.map(({ permissions }) =>
      permissions.Statement.flatMap((statement) =>
        'Resource' in statement && statement.Resource[0]?.includes('acs:ots:') === true
          ? [[statement.Resource[0].split('/').at(-1), statement.Action]]
          : [],
      ),
    );
    const [read, write] = [['ots:GetRow'], ['ots:GetRow', 'ots:PutRow']];
    expect(rights).toEqual([
      [
        ['watch', read],
        ['watch_operators', write],
      ],
      [
        ['watch', write],
        ['watch_operators', read],
      ],
    ]);
    const { steps } = planCreation(
      desiredResources({ ...WISHES, startsTasks: true }, ACCOUNT),
      complete(desired),
    );
    expect(steps.map(({ kind }) => kind)).toEqual(['update-policy', 'update-policy', 'create-table']);
  });
});

/** Any mixture of what bootstrap made, half made, and what others made. */
function anyIdentity({ name, trust, permissions }: Identity): fc.Arbitrary<FoundIdentity> {
  return fc
    .record({
      role: fc.constantFrom(null, MARK, OLD_MARK, 'theirs'),
      trust: fc.constantFrom(JSON.stringify(trust), '{}'),
      attached: fc.subarray([ours(name), ours('Other')]),
      policy: fc.constantFrom(null, MARK, OLD_MARK, 'theirs'),
      document: fc.constantFrom(JSON.stringify(permissions), '{}'),
    })
    .map(({ role, trust: trusts, attached, policy, document }) => {
      const possible = attached.filter((candidate) => candidate.name !== name || policy !== null);
      const attachments = role !== null && possible.some((one) => one.name === name) ? 1 : 0;
      return {
        role: role === null ? null : { description: role, trust: trusts, attached: possible },
        policy: policy === null ? null : { description: policy, document, attachments },
      };
    });
}

const anyFound: fc.Arbitrary<Found> = fc
  .record({
    query: anyIdentity(QUERY),
    watch: anyIdentity(WATCH),
    instance: fc.constantFrom(null, MARK, 'theirs'),
    tables: fc.subarray(['watch', 'orders']),
    mark: fc.constantFrom(MARK, OLD_MARK, OTHER_MARK, ''),
  })
  .map(({ query, watch, instance, tables, mark }) => ({
    identities: new Map([
      ['robot-task-query', query],
      ['robot-task-watch', watch],
    ]),
    instance: instance === null ? null : instanceWith(instance, tables, mark),
    functions: ['query', 'watch'].map((name) => ({
      name: `${name}-robot-tasks`,
      role: `robot-task-${name}`,
      stateStore: '',
    })),
  }));

function identityAfter(identity: Identity, { role, policy }: FoundIdentity, plan: Plan): FoundIdentity {
  const steps = plan.steps.filter((step) => 'identity' in step && step.identity === identity);
  const done = new Set<string>(steps.map(({ kind }) => kind));
  const made = completeIdentity(identity);
  const attached = (role?.attached ?? []).filter(
    (one) => one.name !== identity.name || !done.has('detach-policy'),
  );
  const hasRole = !done.has('delete-role') && (role !== null || done.has('create-role'));
  const hasPolicy = !done.has('delete-policy') && (policy !== null || done.has('create-policy'));
  return {
    role: hasRole
      ? {
          description: done.has('mark-role') ? MARK : (role?.description ?? MARK),
          trust: done.has('update-trust') || role === null ? made.role.trust : role.trust,
          attached: done.has('attach-policy') ? [...attached, ours(identity.name)] : attached,
        }
      : null,
    policy: hasPolicy
      ? {
          description: policy?.description ?? MARK,
          document: done.has('update-policy') || policy === null ? made.policy.document : policy.document,
          attachments: 1,
        }
      : null,
  };
}

/** What the account looks like after the steps. */
function after({ identities, instance, functions }: Found, plan: Plan): Found {
  const done = new Set<string>(plan.steps.map(({ kind }) => kind));
  const left = (instance?.tables ?? []).filter((one) => one !== 'watch' || !done.has('delete-table'));
  const isMarked = done.has('create-table') || done.has('mark-table');
  const hasInstance = !done.has('delete-instance') && (instance !== null || done.has('create-instance'));
  return {
    identities: new Map(
      desired.identities.map((identity) => [
        identity.name,
        identityAfter(identity, identities.get(identity.name) ?? NONE, plan),
      ]),
    ),
    instance: hasInstance
      ? instanceWith(
          instance?.description ?? MARK,
          done.has('create-table') ? [...left, 'watch'] : left,
          isMarked ? MARK : (instance?.marks.get('watch') ?? ''),
        )
      : null,
    functions,
  };
}

test('Whatever half is there, one run completes it and a second finds nothing to do', () => {
  fc.assert(
    fc.property(anyFound, (found) => {
      const completed = after(found, planCreation(desired, found));
      expect(planCreation(desired, completed).steps).toEqual([]);
    }),
  );
});

test('What was empty before is empty again after making and destroying', () => {
  const made = after(NOTHING, planCreation(desired, NOTHING));
  const left = after(made, planDestruction(desired, made));
  expect([...left.identities.values(), left.instance]).toEqual([NONE, NONE, null]);
});

test('Destruction never deletes what does not bear the mark', () => {
  fc.assert(
    fc.property(anyFound, (found) => {
      const { steps } = planDestruction(desired, found);
      for (const { name } of desired.identities) {
        const { role, policy } = found.identities.get(name) ?? NONE;
        const done = steps.flatMap((step) =>
          'identity' in step && step.identity.name === name ? [step.kind] : [],
        );
        if (role?.description !== MARK) expect(done).not.toContain('delete-role');
        const isOurs = role?.description === MARK && policy?.description === OLD_MARK;
        if (policy?.description !== MARK && !isOurs) expect(done).not.toContain('delete-policy');
      }
      const done = steps.map(({ kind }) => kind);
      if (found.instance?.description !== MARK) expect(done).not.toContain('delete-instance');
      if (found.instance?.marks.get('watch') !== MARK) expect(done).not.toContain('delete-table');
      if (done.includes('delete-instance')) expect(found.instance?.tables).not.toContain('orders');
    }),
  );
});
