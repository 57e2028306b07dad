import {
  ConfigurationError,
  createEnvironmentReader,
  httpsUrl,
  list,
  oneOf,
} from '../../../shared/runtime/environment';

const colour = oneOf(['red', 'green']);

function problemsOf(check: () => void): unknown {
  try {
    check();
    return [];
  } catch (error) {
    return error instanceof ConfigurationError ? error.problems : error;
  }
}

describe('a variable', () => {
  it.each([
    { name: 'unset', env: {} },
    { name: 'empty', env: { COLOUR: '' } },
    { name: 'blank', env: { COLOUR: '  ' } },
  ])('has its default when it is $name', ({ env }) => {
    const reader = createEnvironmentReader(env);
    expect(reader.read('COLOUR', colour, 'green')).toBe('green');
    expect(() => {
      reader.check();
    }).not.toThrow();
  });

  it('is read without the blanks around it', () => {
    expect(createEnvironmentReader({ COLOUR: ' red ' }).read('COLOUR', colour, 'green')).toBe('red');
  });
});

it('reports every problem at once, by the name of its variable and without its value', () => {
  const reader = createEnvironmentReader({ COLOUR: 'marked', ENDPOINT: 'ftp://marked' });
  expect(reader.read('COLOUR', colour, 'green')).toBe('green');
  reader.read('ENDPOINT', httpsUrl, null);
  reader.problem('TOKENS', 'must be set');
  const check = () => {
    reader.check();
  };
  expect(problemsOf(check)).toEqual([
    { variable: 'COLOUR', message: 'must be one of red, green' },
    { variable: 'ENDPOINT', message: 'must be a URL that starts with https://' },
    { variable: 'TOKENS', message: 'must be set' },
  ]);
  expect(check).toThrow(
    'The configuration is wrong: COLOUR must be one of red, green; ENDPOINT must be a URL that starts with https://; TOKENS must be set.',
  );
  reader.problem('TOKENS', 'must be two');
  expect(check).toThrow(
    'The configuration is wrong:\nCOLOUR must be one of red, green;\nENDPOINT must be a URL that starts with https://;\nTOKENS must be set;\nTOKENS must be two.',
  );
});

it.each([
  { value: 'a,b', items: ['a', 'b'] },
  { value: ' a , ,b,', items: ['a', 'b'] },
  { value: ',', items: [] },
])('takes "$value" for the list $items', ({ value, items }) => {
  expect(list(value)).toEqual(items);
});

describe('a URL', () => {
  it.each([
    'https://dyvmsapi.aliyuncs.com',
    'http://127.0.0.1:9000/',
    'http://127.1/',
    'http://localhost:1',
    'http://[::1]:1/',
  ])('may be %s', (value) => {
    expect(httpsUrl(value)).toEqual(new URL(value));
  });

  it.each([
    'dyvmsapi.aliyuncs.com',
    'http://dyvmsapi.aliyuncs.com',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://0.0.0.0',
    'file:///etc/passwd',
    'https://',
  ])('may not be %s', (value) => {
    expect(() => httpsUrl(value)).toThrow(/^must (start|be a URL that starts) with https:/);
  });
});
