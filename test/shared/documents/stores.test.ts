import { operatorsKind } from '../../../shared/operators/document';
import { EMPTY_RECORD, type OperatorsRecord } from '../../../shared/operators/record';
import { stateKind } from '../../../shared/state/document';
import type { DocumentKind } from '../../../shared/documents/document-kind';
import { EMPTY_STATE, type WatchState } from '../../../shared/state/state';
import type { DocumentStore, StoreError } from '../../../shared/documents/store';
import { RECORD, recordOf } from '../operators/sample-record';
import { fileHarness, memoryHarness, tablestoreHarness, type Harness } from './harnesses';
import { SAMPLE, stateOf } from '../state/sample-state';

/** What a store can keep: two documents that differ, one with these ids, and what no load would take. */
interface Kind<T> {
  readonly kind: DocumentKind<T>;
  readonly empty: T;
  readonly sample: T;
  readonly of: (...ids: string[]) => T;
  readonly tooLarge: readonly { readonly name: string; readonly content: T; readonly sentence: RegExp }[];
}

const STATE: Kind<WatchState> = {
  kind: stateKind,
  empty: EMPTY_STATE,
  sample: SAMPLE,
  of: stateOf,
  tooLarge: [
    {
      name: 'more bytes',
      content: stateOf(
        ...Array.from({ length: 25 }, (_unused, index) => `${index}-${'x'.repeat(1024 * 1024)}`),
      ),
      sentence: /^The state of 25 tasks takes \d+ bytes, and .* holds at most \d+\./,
    },
    {
      name: 'more values',
      content: { ...EMPTY_STATE, source: ','.repeat(2_000_000) },
      sentence:
        /^The state of 0 tasks could not be loaded again and is not saved: it holds too many values\./,
    },
    {
      name: 'more items',
      content: { ...EMPTY_STATE, failures: Array.from({ length: 1_000 }, () => SAMPLE.failures).flat() },
      sentence: /could not be loaded again and is not saved: failures must not hold so many\./,
    },
    {
      name: 'longer texts',
      content: stateOf('x'.repeat(10_001)),
      sentence: /could not be loaded again and is not saved: tasks\.0\.task\.id must not be so long\./,
    },
  ],
};

const OPERATORS: Kind<OperatorsRecord> = {
  kind: operatorsKind,
  empty: EMPTY_RECORD,
  sample: RECORD,
  of: recordOf,
  tooLarge: [
    {
      name: 'more items',
      content: recordOf(...Array.from({ length: 10_201 }, (_unused, index) => `${index}`)),
      sentence:
        /^The operators' record of 10201 acts could not be loaded again and is not saved: acknowledged must/,
    },
    {
      name: 'longer texts',
      content: recordOf('x'.repeat(101)),
      sentence: /could not be loaded again and is not saved: acknowledged\.0\.id must not be so long\./,
    },
  ],
};

/** The contract that every store keeps, for every kind of document. What a place cannot suffer, its row here says. */
function placesOf<T>(name: string, contents: Kind<T>) {
  const { kind } = contents;
  const suffers = { spoils: true, fails: true, stalls: false };
  return [
    {
      name,
      place: 'memory',
      contents,
      create: () => memoryHarness<T>(),
      spoils: false,
      fails: false,
      stalls: false,
    },
    { name, place: 'file', contents, create: () => fileHarness('state.json.1', kind), ...suffers },
    {
      name,
      place: 'file of version 0.2',
      contents,
      create: () => fileHarness('state.json', kind),
      ...suffers,
    },
    { name, place: 'tablestore', contents, create: () => tablestoreHarness(kind), ...suffers, stalls: true },
  ];
}

// To the tests, a document is whatever its kind makes of it.
const PLACES = [
  ...placesOf('state', STATE),
  ...placesOf("operators' record", OPERATORS).filter(({ place }) => place !== 'file of version 0.2'),
] as unknown as ReturnType<typeof placesOf<object>>;

const soon = () => Date.now() + 100_000;
const kindOf = (kind: StoreError['kind']) => expect.objectContaining({ name: 'StoreError', kind }) as unknown;

describe.each(PLACES)('the $name in the $place store', ({ contents, create, spoils, fails, stalls }) => {
  const { sample: SAMPLE, empty: EMPTY, of: contentOf } = contents;
  let harness: Harness<object>;
  let store: DocumentStore<object>;
  beforeEach(async () => {
    harness = await create();
    store = harness.open();
  });
  afterEach(async () => {
    await harness.close();
  });

  it('is a place of the kind that its row says', () => {
    const { document, outage } = harness;
    expect({
      spoils: document !== null,
      fails: outage !== null,
      stalls: typeof outage?.stall === 'function',
    }).toEqual({
      ...{ spoils, fails, stalls },
    });
  });

  it('has no state at first', async () => {
    expect(await store.read(soon())).toBeNull();
    expect(await store.load(soon())).toEqual({ content: null, version: null, keptAside: null });
    expect(await store.load(soon())).toEqual({ content: null, version: null, keptAside: null });
    expect(await store.read(soon())).toBeNull();
  });

  it('loads what was saved, text for text and id for id, also for another that opens it', async () => {
    const version = await store.save(SAMPLE, null, soon());
    expect(await store.load(soon())).toEqual({ content: SAMPLE, version, keptAside: null });
    expect(await harness.open().load(soon())).toEqual({ content: SAMPLE, version, keptAside: null });
    expect(await harness.open().read(soon())).toEqual(SAMPLE);
  });

  it('gives the very content of before until somebody else saves, by load and by read', async () => {
    const version = await store.save(SAMPLE, null, soon());
    const { content } = await store.load(soon());
    expect(content).toBe(SAMPLE);
    expect((await store.load(soon())).content).toBe(content);
    expect(await store.read(soon())).toBe(content);
    const other = harness.open();
    const fetched = await other.load(soon());
    expect((await other.load(soon())).content).toBe(fetched.content);
    const next = await other.save(contentOf('2'), version, soon());
    expect(await store.read(soon())).toEqual(contentOf('2'));
    expect(await store.load(soon())).toEqual({ content: contentOf('2'), version: next, keptAside: null });
  });

  it('saves over the version that was loaded, and gives every save a version of its own', async () => {
    const first = await store.save(EMPTY, null, soon());
    const second = await store.save(EMPTY, first, soon());
    const third = await store.save(SAMPLE, second, soon());
    expect(new Set([first, second, third]).size).toBe(3);
    expect(await store.load(soon())).toEqual({ content: SAMPLE, version: third, keptAside: null });
  });

  it.each([
    { name: 'an older version', version: (first: string) => first },
    { name: 'no version', version: () => null },
    { name: 'a version that never was', version: () => 'f00d' },
  ])('refuses a save over $name as a conflict, and writes nothing', async ({ version }) => {
    const first = await store.save(contentOf('1'), null, soon());
    const second = await harness.open().save(contentOf('2'), first, soon());
    await expect(store.save(contentOf('3'), version(first), soon())).rejects.toEqual(kindOf('conflict'));
    expect(await store.load(soon())).toEqual({ content: contentOf('2'), version: second, keptAside: null });
  });

  it('keeps what is not to be gone on with aside, once, where it still is the version that was loaded', async () => {
    const version = await store.save(SAMPLE, null, soon());
    await expect(store.keepAside('f00d', soon())).rejects.toEqual(kindOf('conflict'));
    expect(await store.keepAside(version, soon())).toMatch(/memory|corrupt-/);
    await expect(harness.open().keepAside(version, soon())).rejects.toEqual(kindOf('conflict'));
    const { content, version: next } = await store.load(soon());
    expect(content).toBeNull();
    await store.save(EMPTY, next, soon());
    expect(await harness.open().read(soon())).toEqual(EMPTY);
  });

  it('refuses a save over a version when there is no state', async () => {
    await store.load(soon());
    await expect(store.save(contentOf('1'), 'f00d', soon())).rejects.toEqual(kindOf('conflict'));
    expect((await store.load(soon())).content).toBeNull();
  });

  it.each([
    { name: 'the first save', prepare: () => Promise.resolve(null) },
    { name: 'a later save', prepare: (first: DocumentStore<object>) => first.save(EMPTY, null, soon()) },
  ])('lets exactly one of five win that race for $name', async ({ prepare }) => {
    await store.load(soon());
    const version = await prepare(store);
    const results = await Promise.allSettled(
      ['1', '2', '3', '4', '5'].map((id) => harness.open().save(contentOf(id), version, soon())),
    );
    const winners = results.flatMap((result, index) =>
      result.status === 'fulfilled' ? [{ version: result.value, content: contentOf(`${index + 1}`) }] : [],
    );
    const reasons = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    expect(winners).toHaveLength(1);
    expect(reasons).toEqual(Array.from({ length: 4 }, () => kindOf('conflict')));
    expect(await store.load(soon())).toEqual({ ...winners[0], keptAside: null });
  });
});

describe.each(PLACES.filter(({ spoils }) => spoils))(
  'the $name in the $place store',
  ({ contents, create }) => {
    const { sample: SAMPLE, empty: EMPTY, kind } = contents;
    let harness: Harness<object>;
    let store: DocumentStore<object>;
    let document: NonNullable<Harness<object>['document']>;
    beforeEach(async () => {
      harness = await create();
      store = harness.open();
      if (harness.document === null) throw new Error('The contract test needs a document to spoil.');
      document = harness.document;
    });
    afterEach(async () => {
      await harness.close();
    });

    it.each([
      { name: 'is empty', text: '' },
      { name: 'is cut off', text: kind.encode(SAMPLE, 'save').slice(0, 100) },
      { name: 'is of another shape', text: '{"schemaVersion":1,"tasks":"SECd00d","started":"SECd00d"}' },
      {
        name: 'holds a number for an id',
        text: kind.encode(SAMPLE, 'save').replace(/"id":"(\d+)"/, '"id":$1'),
      },
    ])('that $name is kept aside and reported once, and the next save works', async ({ text }) => {
      await document.write(text);
      const loaded = await store.load(soon());
      expect(loaded.content).toBeNull();
      expect(loaded.keptAside).toMatch(/^The .*could not be used \(.+\)\. It is kept .*corrupt-/);
      expect(loaded.keptAside).not.toContain('SECd00d');
      expect(await document.aside()).toEqual([text]);

      expect(await store.load(soon())).toEqual({ content: null, version: loaded.version, keptAside: null });
      const version = await store.save(SAMPLE, loaded.version, soon());
      expect(await store.load(soon())).toEqual({ content: SAMPLE, version, keptAside: null });
      expect(await document.aside()).toEqual([text]);
    });

    it('that cannot be read is kept aside by one of several that load it', async () => {
      await document.write('?');
      const loads = await Promise.all([1, 2, 3].map(() => harness.open().load(soon())));
      expect(loads.map(({ content }) => content)).toEqual([null, null, null]);
      expect(loads.filter(({ keptAside }) => keptAside !== null)).toHaveLength(1);
    });

    it('that a newer version wrote is left as it is, by load and by save', async () => {
      const text = '{"schemaVersion":99,"tasks":{"by":"id"}}';
      await document.write(text);
      await expect(store.load(soon())).rejects.toEqual(kindOf('newer'));
      await expect(store.load(soon())).rejects.toThrow(/newer version of this program \(schema 99\)/);
      await expect(store.read(soon())).rejects.toEqual(kindOf('newer'));
      await expect(store.save(SAMPLE, null, soon())).rejects.toEqual(kindOf('newer'));
      await expect(store.save(SAMPLE, 'f00d', soon())).rejects.toEqual(kindOf('newer'));
      expect(await document.read()).toBe(text);
      expect(await document.aside()).toEqual([]);
    });

    it.each(contents.tooLarge)(
      'of $name than can be loaded is refused, and what is saved stays',
      async ({ content, sentence }) => {
        const version = await store.save(SAMPLE, null, soon());
        const saved = store.save(content, version, soon());
        await expect(saved).rejects.toEqual(kindOf('unreachable'));
        await expect(saved).rejects.toThrow(sentence);
        await expect(saved).rejects.toThrow(/ Watch fewer tasks or use another STATE_STORE\.$/);
        expect(await store.load(soon())).toEqual({ content: SAMPLE, version, keptAside: null });
      },
    );

    it('that is damaged is said so to who only reads, and left as it is', async () => {
      await document.write('?');
      await expect(store.read(soon())).rejects.toThrow(/^The .* in .* is damaged: it is no JSON\.$/);
      expect(await document.read()).toBe('?');
    });

    it('that somebody else changed is not overwritten', async () => {
      const version = await store.save(SAMPLE, null, soon());
      await document.write(kind.encode(EMPTY, 'by hand'));
      await expect(store.save(SAMPLE, version, soon())).rejects.toEqual(kindOf('conflict'));
      expect((await store.load(soon())).content).toEqual(EMPTY);
    });
  },
);

describe.each(PLACES.filter(({ fails }) => fails))(
  'an outage of the $place store of the $name',
  ({ contents, create }) => {
    const { sample: SAMPLE } = contents;
    let harness: Harness<object>;
    let store: DocumentStore<object>;
    let outage: NonNullable<Harness<object>['outage']>;
    beforeEach(async () => {
      harness = await create();
      store = harness.open();
      if (harness.outage === null) throw new Error('The contract test needs a place that can fail.');
      outage = harness.outage;
    });
    afterEach(async () => {
      await harness.close();
    });

    it('is a failure to load and to save, with a sentence', async () => {
      const version = await store.save(SAMPLE, null, soon());
      await outage.begin();
      await expect(store.load(soon())).rejects.toEqual(kindOf('unreachable'));
      await expect(store.save(SAMPLE, version, soon())).rejects.toEqual(kindOf('unreachable'));
      await expect(store.load(soon())).rejects.toThrow(/^The .*cannot be used.*\.$/);
    });

    it('is what a deadline in the past looks like', async () => {
      await store.load(soon());
      await expect(store.save(SAMPLE, null, Date.now() - 1)).rejects.toEqual(kindOf('unreachable'));
      expect((await store.load(soon())).content).toBeNull();
    });
  },
);

describe.each(PLACES.filter(({ stalls }) => stalls))(
  'a $place store of the $name that gives no answer',
  ({ contents, create }) => {
    const { sample: SAMPLE, empty: EMPTY } = contents;
    it('ends a save by its deadline, and writes nothing', async () => {
      const harness = await create();
      const store = harness.open();
      const version = await store.save(SAMPLE, null, soon());
      harness.outage?.stall?.();
      await expect(store.save(EMPTY, version, Date.now() + 200)).rejects.toEqual(kindOf('unreachable'));
      expect(await store.load(soon())).toEqual({ content: SAMPLE, version, keptAside: null });
      await harness.close();
    });
  },
);
