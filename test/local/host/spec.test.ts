import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HostError } from '../../../local/host/host-error';
import { runResolver } from '../../../shared/deployment/run-resolver';
import { runResolver as askedByTests } from '../../stand-ins/run-resolver';
import { checkBundles, loadSpec, toFunctions } from '../../../local/host/spec/spec';

const ROOT = path.join(__dirname, '../../..');

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'spec-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function writeSpec(yaml: string): Promise<string> {
  const file = path.join(folder, 's.yaml');
  await writeFile(file, yaml);
  return file;
}

/** One function `f` with these lines in place of, or beside, the usual ones. */
function oneFunction(props: Record<string, string>): string {
  const all = { functionName: 'f', region: 'r', handler: 'index.handler', code: './code', ...props };
  const lines = Object.entries(all).map(([name, value]) => (value === '' ? '' : `      ${name}: ${value}`));
  return `edition: 3.0.0\nname: n\naccess: default\nresources:\n  f:\n    component: fc3\n    props:\n${lines.join('\n')}\n`;
}

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  // The file cannot be read, or the host cannot use what it says.
  expect(['SpecError', 'HostError']).toContain((error as Error).name);
  return (error as Error).message;
}

function step(props: Record<string, unknown>, projectName = 'f') {
  const usual = { functionName: 'f', region: 'r', handler: 'index.handler', code: './code' };
  return { projectName, component: 'fc3', props: { ...usual, ...props } };
}

test('Serverless Devs’ resolver answers as it comes what it answers to the tests, in one process for several questions', async () => {
  await writeFile(path.join(folder, '.env'), 'API_TOKENS=file\nLOG_LEVEL=warn\n');
  const ask = (run: typeof runResolver, envFile: string, env: Record<string, string>) =>
    run([path.join(ROOT, 's.yaml'), envFile, 'LOG_LEVEL', 'CORS_ORIGINS'], ROOT, env);
  const example = path.join(ROOT, '.env.example');
  await ask(askedByTests, path.join(folder, '.env'), { HOME: folder, CORS_ORIGINS: 'https://a.example.com' });
  const among = await ask(askedByTests, example, { HOME: ROOT });
  const alone = await ask(runResolver, example, { HOME: ROOT });
  expect(among).toEqual(alone);
  expect(alone).toMatchObject({ steps: [{}, {}], variables: { LOG_LEVEL: '', CORS_ORIGINS: '' } });
});

describe('an s.yaml', () => {
  it('reads the environment that it is given, then the .env beside it, and leaves ours as it was', async () => {
    const yaml = oneFunction({
      environmentVariables: `{A: "\${env('A', '')}", B: "\${env('B', '')}", C: "\${env('C', 'c')}", D: "\${env('D', '')}", E: "\${env('SPEC_TEST_OURS', 'e')}"}`,
      timeout: "${env('T', '9')}",
    });
    await writeFile(path.join(folder, '.env'), 'A=file\nB=file\nD=file\nSPEC_TEST_ONLY=file\n');
    process.env['SPEC_TEST_OURS'] = 'of this process';
    const { functions, variables } = await loadSpec(await writeSpec(yaml), { A: 'given', D: '' }, [
      'B',
      'NONE',
    ]);
    expect(functions[0]?.environment).toEqual({ A: 'given', B: 'file', C: 'c', D: '', E: 'e' });
    expect(functions[0]?.timeoutSeconds).toBe(9);
    expect(variables).toEqual({ B: 'file', NONE: '' });
    expect(process.env['SPEC_TEST_ONLY']).toBeUndefined();
    delete process.env['SPEC_TEST_OURS'];
  });

  it('keeps JSON in a .env value whole, except that $x is expanded unless it is written \\$x', async () => {
    await writeFile(path.join(folder, '.env'), `A='[{"url":"https://h/p?q=1&r=2","s":"\\$kept$lost"}]'\n`);
    const yaml = oneFunction({ environmentVariables: `{A: "\${env('A', '')}"}` });
    const { functions } = await loadSpec(await writeSpec(yaml), {});
    expect(functions[0]?.environment['A']).toBe('[{"url":"https://h/p?q=1&r=2","s":"$kept"}]');
  });

  it('that is missing is named', async () => {
    const message = await messageOf(loadSpec(path.join(folder, 's.yaml'), {}));
    expect(message).toBe(`s.yaml is missing: there is no ${folder}/s.yaml.`);
  });

  const unreadable = [
    {
      name: 'is no YAML',
      yaml: 'a: [\n',
      says: /^s\.yaml cannot be read: s\.yaml format is incorrect: .+\(2:1\)/,
    },
    { name: 'is empty', yaml: '', says: /^s\.yaml declares no resources\.$/ },
    {
      name: 'asks for a variable that is not there',
      yaml: oneFunction({ region: "${env('NOT_THERE')}" }),
      says: /^s\.yaml cannot be read: env\('NOT_THERE'\) not found/,
    },
  ];
  it.each(unreadable)('that $name is one sentence', async ({ yaml, says }) => {
    const message = await messageOf(loadSpec(await writeSpec(yaml), {}));
    expect(message).toMatch(says);
    expect(message.split('\n')).toHaveLength(1);
  });

  it('whose function has no bundle says to build', async () => {
    const functions = toFunctions([step({})], path.join(folder, 's.yaml'));
    expect(() => {
      checkBundles(functions);
    }).toThrow(/code\/index\.js is missing\. Run npm run build\.$/);
    await mkdir(path.join(folder, 'code'));
    await writeFile(path.join(folder, 'code', 'index.js'), '');
    checkBundles(functions);
  });
});

describe('a resolved function', () => {
  it('has the defaults of fc3 for what s.yaml leaves out', () => {
    expect(toFunctions([step({})], '/project/s.yaml')).toEqual([
      {
        name: 'f',
        region: 'r',
        module: 'index',
        method: 'handler',
        handler: 'index.handler',
        codeFolder: '/project/code',
        timeoutSeconds: 3,
        memoryMb: 512,
        hasRole: false,
        environment: {},
        initializer: null,
        reservedConcurrency: null,
        maxAsyncRetryAttempts: 3,
        maxAsyncEventAgeSeconds: 86_400,
        triggers: [],
      },
    ]);
  });

  const http = (triggerConfig: unknown) => ({
    triggers: [{ triggerName: 't', triggerType: 'http', triggerConfig }],
  });
  const wrong = [
    { name: 'no handler', props: { handler: undefined }, says: 'handler is missing' },
    {
      name: 'a handler without an export',
      props: { handler: 'index' },
      says: 'handler must name a file and its export, such as index.handler',
    },
    {
      name: 'a timeout that is no number',
      props: { timeout: 'soon' },
      says: 'timeout must be a whole number from 1 to 86400',
    },
    {
      name: 'a variable that is a number',
      props: { environmentVariables: { N: 5 } },
      says: 'environmentVariables.N must be text: put the value in quotes',
    },
    { name: 'triggers that are no list', props: { triggers: {} }, says: 'triggers must be a list' },
    {
      name: 'a trigger that nobody knows here',
      props: { triggers: [{ triggerName: 't', triggerType: 'oss', triggerConfig: {} }] },
      says: 'triggers.0.triggerType must be http or timer for the local host',
    },
    {
      name: 'a trigger without its configuration',
      props: http(undefined),
      says: 'triggers.0.triggerConfig is missing',
    },
    {
      name: 'a trigger whose configuration is text',
      props: http('anonymous'),
      says: 'triggers.0.triggerConfig must be a mapping',
    },
    {
      name: 'a method that HTTP triggers do not have',
      props: http({ methods: ['TRACE'] }),
      says: 'triggers.0.triggerConfig.methods.0 must be one of GET, POST, PUT, DELETE, HEAD, PATCH, OPTIONS',
    },
    {
      name: 'a schedule that is none',
      props: {
        triggers: [
          { triggerName: 't', triggerType: 'timer', triggerConfig: { cronExpression: '@every minute' } },
        ],
      },
      says:
        'triggers.0.triggerConfig.cronExpression must be "@every 1m" or a cron expression of six fields, ' +
        'seconds first, with an optional CRON_TZ=<zone> before it',
    },
  ];
  it.each(wrong)('with $name is refused by the name of the property', ({ props, says }) => {
    // As it comes out of YAML: what is undefined is not there.
    const given: unknown = JSON.parse(JSON.stringify(step(props).props));
    expect(() => toFunctions([{ ...step({}), props: given }], '/project/s.yaml')).toThrow(
      new HostError(`s.yaml: resources.f.props.${says}.`),
    );
  });

  it('is told with all of its mistakes, and with those of the others', () => {
    const steps = [step({ handler: '', region: [] }), step({ code: 1 }, 'g')];
    expect(() => toFunctions(steps, '/project/s.yaml')).toThrow(
      new HostError(
        [
          's.yaml: resources.f.props.region must be text.',
          's.yaml: resources.f.props.handler must name a file and its export, such as index.handler.',
          's.yaml: resources.g.props.code must be text.',
        ].join('\n'),
      ),
    );
  });

  it('needs a name of its own', () => {
    const steps = [step({}), step({}, 'g')];
    expect(() => toFunctions(steps, '/project/s.yaml')).toThrow('s.yaml: two functions are named f.');
  });

  it("is one of component fc3: other resources are not the host's", () => {
    const steps = [step({}), { ...step({}, 'bucket'), component: 'oss' }];
    expect(toFunctions(steps, '/project/s.yaml')).toHaveLength(1);
  });

  it('may name a version of that component', () => {
    expect(toFunctions([{ ...step({}), component: 'fc3@0.1.22' }], '/project/s.yaml')).toHaveLength(1);
  });

  it('must be there at all', () => {
    const steps = [{ ...step({}), component: './another-component' }];
    expect(() => toFunctions(steps, '/project/s.yaml')).toThrow(
      's.yaml declares no function: none of its resources has the component fc3.',
    );
  });
});
