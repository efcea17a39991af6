package io.convergence.store.internal.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Levels, ids and codecs there and back, for seeded random input; and what happens when it is damaged. */
class PageFormsTest {
    private static final long SEED = Long.getLong("convergence.seed", 20_261_126L);

    private final SplittableRandom random = new SplittableRandom(SEED);

    @Test
    void levelsComeBackAsTheyWereWritten() {
        for (int round = 0; round < 300; round++) {
            LevelRuns levels = new LevelRuns();
            int longest = 1 + random.nextInt(1 << random.nextInt(12));
            int runs = random.nextInt(200);
            for (int i = 0; i < runs; i++) {
                levels.append(random.nextInt(2), random.nextInt(longest));
            }
            ByteSink bytes = new ByteSink(16);

            levels.write(bytes);
            LevelRuns read = new LevelRuns();
            read.read(bytes.bytes(), 0, bytes.size(), levels.size());

            assertThat(text(read)).as("seed %d, round %d", SEED, round).isEqualTo(text(levels));
            assertThat(read.present()).isEqualTo(levels.present());
        }
    }

    private static String text(LevelRuns levels) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < levels.count(); i++) {
            all.append(levels.isPresent(i) ? '1' : '0')
                    .append('x')
                    .append(levels.length(i))
                    .append(' ');
        }

        return all.toString();
    }

    @Test
    void idsComeBackAsTheyWereWritten() {
        for (int round = 0; round < 500; round++) {
            int count = random.nextInt(3_000);
            int limit = 1 + random.nextInt(1 << (1 + random.nextInt(20)));
            int[] ids = ids(count, limit);
            int[] before = Arrays.copyOf(ids, count);
            ByteSink bytes = new ByteSink(16);

            PackedIds.write(ids, count, PackedIds.width(limit), bytes);
            int[] read = new int[count + 8];
            PackedIds.read(bytes.bytes(), 0, bytes.size(), count, limit, read);

            assertThat(Arrays.copyOf(read, count))
                    .as("seed %d, round %d", SEED, round)
                    .isEqualTo(before);
        }
    }

    private int[] ids(int count, int limit) {
        int[] ids = new int[count + 8];
        int mostEqual = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(60);
        for (int i = 0; i < count; ) {
            int id = random.nextInt(limit);
            int end = Math.min(count, i + 1 + random.nextInt(mostEqual));
            Arrays.fill(ids, i, end, id);
            i = end;
        }

        return ids;
    }

    @Test
    void packedIdsOfNoBitsAreZero() {
        // width 0, then one packed group of eight ids without a byte
        int[] read = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7};

        PackedIds.read(new byte[] {0, 3}, 0, 2, 8, 1, read);

        assertThat(Arrays.copyOf(read, 8)).containsOnly(0);
    }

    @Test
    void deltasComeBackAsTheyWereWritten() {
        for (int round = 0; round < 300; round++) {
            int count = random.nextInt(1_000);
            int bits = random.nextInt(64);
            ByteSink longs = new ByteSink(16);
            ByteSink ints = new ByteSink(16);
            for (int i = 0; i < count; i++) {
                boolean still = i > 0 && random.nextInt(100) < bits;
                longs.putLong(still ? ByteSink.longAt(longs.bytes(), 8 * (i - 1)) : random.nextLong() >> bits);
                ints.putInt(still ? ByteSink.intAt(ints.bytes(), 4 * (i - 1)) : random.nextInt() >> bits / 2);
            }
            ByteSink written = new ByteSink(16);
            ByteSink read = new ByteSink(16);
            DeltaNumbers deltas = new DeltaNumbers();

            deltas.writeLongs(longs.bytes(), 0, count, written);
            int middle = written.size();
            deltas.writeInts(ints.bytes(), 0, count, written);
            int between = deltas.read(written.bytes(), 0, written.size(), count, Long.BYTES, read);
            int end = deltas.read(written.bytes(), between, written.size(), count, Integer.BYTES, read);

            longs.put(ints.bytes(), 0, ints.size());
            assertThat(read.copy()).as("seed %d, round %d", SEED, round).isEqualTo(longs.copy());
            assertThat(between).isEqualTo(middle);
            assertThat(end).isEqualTo(written.size());
        }
    }

    @Test
    void textsComeBackFromWhatTheyShare() {
        for (int round = 0; round < 200; round++) {
            PlainValues values =
                    new PlainValues(Types.required(PrimitiveTypeName.BINARY).named("text"));
            ByteSink plain = new ByteSink(16);
            int count = random.nextInt(300);
            for (int i = 0; i < count; i++) {
                byte[] text = ("same " + (i / 7) + "x".repeat(random.nextInt(20))).getBytes(StandardCharsets.UTF_8);
                plain.putInt(text.length);
                plain.put(text, 0, text.length);
            }
            values.set(plain.bytes(), 0, plain.size(), count);
            ByteSink written = new ByteSink(16);
            ByteSink read = new ByteSink(16);

            new DeltaTexts().write(values, written);
            new DeltaTexts().read(written.bytes(), 0, written.size(), count, 0, read);

            assertThat(read.copy()).as("seed %d, round %d", SEED, round).isEqualTo(plain.copy());
        }
    }

    @Test
    void damagedDeltasAreTakenOrRefusedButNeverReadBeyond() {
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            if (bytes.length > 4) {
                System.arraycopy(new byte[] {(byte) 0x80, 1, 4, 9}, 0, bytes, 0, 4);
            }

            Throwable ofNumbers =
                    thrown(() -> new DeltaNumbers().read(bytes, 0, bytes.length, 9, Long.BYTES, new ByteSink(8)));
            Throwable ofTexts = thrown(() -> new DeltaTexts().read(bytes, 0, bytes.length, 9, 0, new ByteSink(8)));

            assertThat(ofNumbers == null || ofNumbers instanceof DamagedPageException)
                    .as("seed %d, round %d: %s", SEED, round, ofNumbers)
                    .isTrue();
            assertThat(ofTexts == null || ofTexts instanceof DamagedPageException)
                    .as("seed %d, round %d: %s", SEED, round, ofTexts)
                    .isTrue();
        }
    }

    @Test
    void idsBeyondTheDictionaryAreDamage() {
        int[] ids = new int[20];
        ids[7] = 3;
        ByteSink bytes = new ByteSink(16);
        PackedIds.write(ids, 12, 2, bytes);

        assertThatThrownBy(() -> PackedIds.read(bytes.bytes(), 0, bytes.size(), 12, 3, new int[20]))
                .isInstanceOf(DamagedPageException.class)
                .hasMessage("a page has an id beyond its dictionary of 3 values");
    }

    @Test
    void damagedLevelsAndIdsAreTakenOrRefusedButNeverReadBeyond() {
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            int count = 1 + random.nextInt(500);
            int[] read = new int[count + 8];

            Throwable ofLevels = thrown(() -> new LevelRuns().read(bytes, 0, bytes.length, count));
            Throwable ofIds = thrown(() -> PackedIds.read(bytes, 0, bytes.length, count, 1 << 20, read));

            assertThat(ofLevels == null || ofLevels instanceof DamagedPageException)
                    .as("seed %d, round %d: %s", SEED, round, ofLevels)
                    .isTrue();
            assertThat(ofIds == null || ofIds instanceof DamagedPageException)
                    .as("seed %d, round %d: %s", SEED, round, ofIds)
                    .isTrue();
        }
    }

    private static Throwable thrown(Runnable step) {
        try {
            step.run();
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = CompressionCodecName.class,
            names = {"UNCOMPRESSED", "GZIP", "SNAPPY", "ZSTD", "LZ4_RAW"})
    void packedPagesUnpackToThemselves(CompressionCodecName codec) {
        try (PageCodecs codecs = new PageCodecs()) {
            for (int size : new int[] {1, 17, 4_000, 300_000}) {
                byte[] page = page(size);
                ByteSink packed = new ByteSink(16);
                packed.put(7);

                codecs.pack(codec, page, 0, size, packed);
                byte[] unpacked = new byte[size];
                codecs.unpack(codec, packed.bytes(), 1, packed.size() - 1, unpacked, size);

                assertThat(unpacked).isEqualTo(page);
            }
        }
    }

    private byte[] page(int size) {
        byte[] page = new byte[size];
        for (int i = 0; i < size; i++) {
            page[i] = (byte) random.nextInt(5);
        }

        return page;
    }

    @ParameterizedTest
    @EnumSource(
            value = CompressionCodecName.class,
            names = {"UNCOMPRESSED", "GZIP", "SNAPPY", "ZSTD", "LZ4_RAW"})
    void damagedPagesAreRefusedOrUnpackedWithoutReadingBeyond(CompressionCodecName codec) {
        try (PageCodecs codecs = new PageCodecs()) {
            ByteSink packed = new ByteSink(16);
            codecs.pack(codec, page(5_000), 0, 5_000, packed);
            for (int round = 0; round < 300; round++) {
                byte[] broken = packed.copy();
                broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
                int length = random.nextInt(3) == 0 ? random.nextInt(broken.length) : broken.length;

                Throwable thrown = thrown(() -> codecs.unpack(codec, broken, 0, length, new byte[5_000], 5_000));

                assertThat(thrown == null || thrown instanceof DamagedPageException)
                        .as("seed %d, round %d: %s", SEED, round, thrown)
                        .isTrue();
            }
        }
    }

    @Test
    void gzipWithSeveralMembersAndFlagsIsUnpacked() throws IOException {
        byte[] page = page(3_000);
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        try (GZIPOutputStream first = new GZIPOutputStream(members)) {
            first.write(page, 0, 1_000);
        }
        // flags: extra field, name, comment and a checksum of the header, none of which holds content
        byte[] plain = gzip(page, 1_000, 2_000);
        members.write(
                new byte[] {0x1F, (byte) 0x8B, 8, 4 | 8 | 16 | 2, 0, 0, 0, 0, 0, 0, 3, 0, 1, 2, 3, 'n', 0, 'c', 0, 9, 9
                });
        members.write(plain, 10, plain.length - 10);
        byte[] all = members.toByteArray();

        byte[] unpacked = new byte[3_000];
        try (PageCodecs codecs = new PageCodecs()) {
            codecs.unpack(CompressionCodecName.GZIP, all, 0, all.length, unpacked, 3_000);
        }

        assertThat(unpacked).isEqualTo(page);
    }

    @Test
    void theHeadOfGzipMayReachIntoTheSecondMember() throws IOException {
        byte[] page = page(3_000);
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        members.write(gzip(page, 0, 1_000));
        members.write(gzip(page, 1_000, 2_000));
        byte[] all = members.toByteArray();

        for (int head : new int[] {10, 1_000, 1_001, 3_000}) {
            byte[] unpacked = new byte[3_000];
            try (PageCodecs codecs = new PageCodecs()) {
                codecs.unpackHead(CompressionCodecName.GZIP, all, 0, all.length, unpacked, 3_000, head);
            }

            assertThat(Arrays.copyOf(unpacked, head)).as("head of %d", head).isEqualTo(Arrays.copyOf(page, head));
        }
    }

    private static byte[] gzip(byte[] source, int from, int length) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(source, from, length);
        }

        return bytes.toByteArray();
    }

    @Test
    void gzipThatHoldsMoreThanItsHeaderSaysIsDamage() throws IOException {
        byte[] packed = gzip(page(3_000), 0, 3_000);

        try (PageCodecs codecs = new PageCodecs()) {
            assertThatThrownBy(() ->
                            codecs.unpack(CompressionCodecName.GZIP, packed, 0, packed.length, new byte[2_000], 2_000))
                    .isInstanceOf(DamagedPageException.class)
                    .hasMessageContaining("it holds more than 2000 bytes");
        }
    }
}
