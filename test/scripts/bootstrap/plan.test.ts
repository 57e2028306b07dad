import fc from 'fast-check';
import { planCreation, planDestruction, type Plan } from '../../../scripts/bootstrap/plan';
import { desiredResources, MARK, type Desired, type Found } from '../../../scripts/bootstrap/resources';

const TABLE = { kind: 'tablestore', instance: 'watch-state', region: 'cn-hangzhou', table: 'watch' } as const;
const desired = desiredResources('robot-task-watch', TABLE, '1234567890123456');
const withoutTable = desiredResources('robot-task-watch', null, '1234567890123456');

const NOTHING: Found = { role: null, policy: null, instance: null };
const OURS = { name: 'robot-task-watch', type: 'Custom' };

/** All that bootstrap makes, as it is found afterwards. */
function complete({ trust, permissions }: Desired): Found {
  return {
    role: { description: MARK, trust: JSON.stringify(trust), attached: [OURS] },
    policy: { description: MARK, document: JSON.stringify(permissions), attachments: 1 },
    instance: { description: MARK, tables: ['watch'], tableIsOurs: true },
  };
}

function kinds({ steps }: Plan): string[] {
  return steps.map((step) => step.kind);
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
  });

  test('Without a table in STATE_STORE nothing is made in Tablestore and nothing permitted there', () => {
    const plan = planCreation(withoutTable, NOTHING);
    expect(kinds(plan)).toEqual(['create-role', 'create-policy', 'attach-policy']);
    expect(JSON.stringify(plan)).not.toContain('ots:');
  });

  test('A complete account needs nothing', () => {
    expect(planCreation(desired, complete(desired))).toEqual({ steps: [], notes: [], blocked: [] });
  });

  test('Another region, instance or table changes the policy', () => {
    const moved = desiredResources('robot-task-watch', { ...TABLE, table: 'other' }, '1234567890123456');
    const plan = planCreation(moved, complete(desired));
    expect(kinds(plan)).toEqual(['update-policy', 'create-table']);
    expect(plan.steps[0]?.details).toEqual([
      expect.stringMatching(/^- .*table\/watch"/) as unknown,
      expect.stringMatching(/^\+ .*table\/other"/) as unknown,
    ]);
  });

  test('A change to what bootstrap did not make says so', () => {
    const found = complete(desired);
    const trust = JSON.stringify(desired.trust).replace('fc.aliyuncs.com', 'ecs.aliyuncs.com');
    const plan = planCreation(desired, {
      ...found,
      role: { description: 'somebody’s', trust, attached: [OURS] },
    });
    expect(kinds(plan)).toEqual(['update-trust']);
    expect(plan.steps[0]?.text).toContain('which bootstrap did not make');
  });

  test('A policy that makes the role mightier than needed is pointed out', () => {
    const role = {
      ...complete(desired).role,
      attached: [OURS, { name: 'AliyunOTSFullAccess', type: 'System' }],
    };
    const plan = planCreation(desired, { ...complete(desired), role: role as Found['role'] });
    expect(plan.steps).toEqual([]);
    expect(plan.notes.join()).toContain('AliyunOTSFullAccess');
  });

  test('A system policy of the same name is not ours', () => {
    const role = { ...complete(desired).role, attached: [{ ...OURS, type: 'System' }] };
    expect(kinds(planCreation(desired, { ...complete(desired), role: role as Found['role'] }))).toEqual([
      'attach-policy',
    ]);
  });

  test.each([
    { name: 'a forbidden word', instance: 'robots', word: '"ots"' },
    { name: 'too long a name', instance: 'watch-of-the-voices', word: 'at most 16 characters' },
  ])(
    'An instance that Tablestore would refuse is named before anything is made: $name',
    ({ instance, word }) => {
      const bad = desiredResources('robot-task-watch', { ...TABLE, instance }, '1');
      expect(planCreation(bad, NOTHING).blocked.join()).toContain(word);
      // An old instance may have such a name.
      expect(planCreation(bad, complete(bad)).blocked).toEqual([]);
    },
  );
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
    expect(plan.steps[3]?.details.join()).toContain('lost for good');
    expect(plan.blocked).toEqual([]);
  });

  test('In an empty account there is nothing to take away', () => {
    expect(planDestruction(desired, NOTHING)).toEqual({ steps: [], notes: [], blocked: [] });
  });

  test('What somebody else made stays', () => {
    const found = complete(desired);
    const plan = planDestruction(desired, {
      role: { ...found.role, description: 'theirs' } as Found['role'],
      policy: { ...found.policy, description: '' } as Found['policy'],
      instance: { description: 'theirs', tables: ['watch', 'orders'], tableIsOurs: false },
    });
    expect(plan.steps).toEqual([]);
    expect(plan.notes).toHaveLength(4);
  });

  test('A table that bootstrap made goes out of an instance that it did not make', () => {
    const instance = { description: 'theirs', tables: ['watch', 'orders'], tableIsOurs: true };
    const plan = planDestruction(desired, { ...NOTHING, instance });
    expect(kinds(plan)).toEqual(['delete-table']);
  });

  const blocked: { name: string; found: Found; left: string; stays: string }[] = [
    {
      name: 'the policy is used elsewhere',
      found: { ...complete(desired), policy: { description: MARK, document: '{}', attachments: 3 } },
      left: '2 more identities',
      stays: 'delete-policy',
    },
    {
      name: 'the role has other policies',
      found: {
        ...complete(desired),
        role: { description: MARK, trust: '{}', attached: [OURS, { name: 'Mine', type: 'Custom' }] },
      },
      left: 'detach Mine',
      stays: 'delete-role',
    },
    {
      name: 'the instance has other tables',
      found: {
        ...complete(desired),
        instance: { description: MARK, tables: ['orders', 'watch'], tableIsOurs: true },
      },
      left: 'delete orders',
      stays: 'delete-instance',
    },
  ];
  test.each(blocked)('It says what to do first when $name', ({ found, left, stays }) => {
    const plan = planDestruction(desired, found);
    expect(plan.blocked.join()).toContain(left);
    expect(kinds(plan)).not.toContain(stays);
  });
});

/** Any mixture of what bootstrap made, half made, and what others made. */
const anyFound: fc.Arbitrary<Found> = fc
  .record({
    role: fc.constantFrom(null, MARK, 'theirs'),
    trust: fc.constantFrom(JSON.stringify(desired.trust), '{}'),
    attached: fc.subarray([OURS, { name: 'Other', type: 'Custom' }]),
    policy: fc.constantFrom(null, MARK, 'theirs'),
    document: fc.constantFrom(JSON.stringify(desired.permissions), '{}'),
    instance: fc.constantFrom(null, MARK, 'theirs'),
    tables: fc.subarray(['watch', 'orders']),
    tableIsOurs: fc.boolean(),
  })
  .map(({ role, trust, attached, policy, document, instance, tables, tableIsOurs }) => {
    const possible = attached.filter((candidate) => candidate !== OURS || policy !== null);
    const ours = role !== null && possible.includes(OURS) ? 1 : 0;
    return {
      role: role === null ? null : { description: role, trust, attached: possible },
      policy: policy === null ? null : { description: policy, document, attachments: ours },
      instance:
        instance === null
          ? null
          : { description: instance, tables, tableIsOurs: tableIsOurs && tables.includes('watch') },
    };
  });

/** What the account looks like after the steps. */
function after(found: Found, plan: Plan): Found {
  const done = new Set(kinds(plan));
  const { role, policy, instance } = found;
  const attached = (role?.attached ?? []).filter((one) => one !== OURS || !done.has('detach-policy'));
  const tables = (instance?.tables ?? []).filter((one) => one !== 'watch' || !done.has('delete-table'));
  const made = complete(desired);
  return {
    role: done.has('delete-role')
      ? null
      : role === null && !done.has('create-role')
        ? null
        : {
            description: role?.description ?? MARK,
            trust: done.has('update-trust') || role === null ? (made.role?.trust ?? '') : role.trust,
            attached: done.has('attach-policy') ? [...attached, OURS] : attached,
          },
    policy: done.has('delete-policy')
      ? null
      : policy === null && !done.has('create-policy')
        ? null
        : {
            description: policy?.description ?? MARK,
            document:
              done.has('update-policy') || policy === null ? (made.policy?.document ?? '') : policy.document,
            attachments: 1,
          },
    instance: done.has('delete-instance')
      ? null
      : instance === null && !done.has('create-instance')
        ? null
        : {
            description: instance?.description ?? MARK,
            tables: done.has('create-table') ? [...tables, 'watch'] : tables,
            tableIsOurs: done.has('create-table') || (instance?.tableIsOurs ?? false),
          },
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
  expect(after(made, planDestruction(desired, made))).toEqual(NOTHING);
});

test('Destruction never deletes what does not bear the mark', () => {
  fc.assert(
    fc.property(anyFound, (found) => {
      const done = kinds(planDestruction(desired, found));
      if (found.role?.description !== MARK) expect(done).not.toContain('delete-role');
      if (found.policy?.description !== MARK) expect(done).not.toContain('delete-policy');
      if (found.instance?.description !== MARK) {
        expect(done).not.toContain('delete-instance');
        if (found.instance?.tableIsOurs !== true) expect(done).not.toContain('delete-table');
      }
      if (done.includes('delete-instance')) expect(found.instance?.tables).not.toContain('orders');
    }),
  );
});
