package io.convergence.change;

import io.convergence.target.OpColumn;
import io.convergence.target.RowShape;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Damaged gzip files. Its checksum covers all the text, so that what is read is the sound text's rows. */
final class GzipMutants implements Mutations.Mutants {
    private static final RowShape SHAPE = CsvFixture.shape(
            CsvFixture.schema("id int4 not null", "note clob", "amount numeric(9,2)"), c -> c.cdcOp(OpColumn.PRESENT));

    @Override
    public String name() {
        return "gzip";
    }

    @Override
    public Mutations.Outcome next(Random random) {
        byte[] text = CsvMutants.text(random);
        byte[] sound = member(text, random.nextInt(10), random);
        List<String> rows = read(CsvFixture.gzip(text));
        boolean harmless = random.nextInt(5) == 0;
        byte[] bytes = harmless ? harmless(text, sound, random) : damage(sound, random);
        List<String> read;
        try {
            read = read(bytes);
        } catch (RawFileException e) {
            Mutations.demandTyped(e);
            if (harmless) {
                throw new AssertionError("a harmless change is refused", e);
            }
            return Mutations.Outcome.REFUSED;
        }

        Mutations.demand(read.equals(rows), read + " instead of " + rows);
        return Mutations.Outcome.READ;
    }

    private static byte[] harmless(byte[] text, byte[] sound, Random random) {
        int middle = random.nextInt(text.length + 1);
        return switch (random.nextInt(3)) {
            case 0 -> ParquetForge.withByte(sound, 4 + random.nextInt(6), random.nextInt(256));
            case 1 ->
                joined(
                        member(Arrays.copyOf(text, middle), random.nextInt(10), random),
                        member(Arrays.copyOfRange(text, middle, text.length), random.nextInt(10), random));
            default -> sound;
        };
    }

    private static byte[] damage(byte[] sound, Random random) {
        int at = random.nextInt(sound.length);
        int to = Math.min(sound.length, at + 1 + random.nextInt(10));
        return switch (random.nextInt(7)) {
            case 0 -> Arrays.copyOf(sound, at);
            case 1 -> joined(Arrays.copyOf(sound, at), Arrays.copyOfRange(sound, to, sound.length));
            case 2 -> joined(Arrays.copyOf(sound, to), Arrays.copyOfRange(sound, at, sound.length));
            case 3 -> joined(sound, Arrays.copyOfRange(sound, at, to));
            case 4 -> ParquetForge.withByte(sound, at, random.nextInt(256));
            default -> ParquetForge.withByte(sound, at, sound[at] ^ 1 << random.nextInt(8));
        };
    }

    private static List<String> read(byte[] bytes) {
        CsvFixture files = new CsvFixture();
        return CsvFixture.lines(files.read(files.gzipCdc(bytes), SHAPE));
    }

    /** A gzip member with or without the optional parts of its header (RFC 1952). */
    private static byte[] member(byte[] text, int level, Random random) {
        int flags = random.nextInt(4) == 0 ? random.nextInt(16) << 1 : 0;
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {0x1F, (byte) 0x8B, 8, (byte) flags, 1, 2, 3, 4, 0, 3});
        if ((flags & 4) != 0) {
            bytes.writeBytes(new byte[] {3, 0, 'a', 'b', 'c'});
        }
        if ((flags & 8) != 0) {
            bytes.writeBytes("name.csv\0".getBytes(StandardCharsets.ISO_8859_1));
        }
        if ((flags & 16) != 0) {
            bytes.writeBytes("comment\0".getBytes(StandardCharsets.ISO_8859_1));
        }
        if ((flags & 2) != 0) {
            CRC32 header = new CRC32();
            header.update(bytes.toByteArray());
            bytes.write((int) header.getValue());
            bytes.write((int) header.getValue() >> 8);
        }
        Deflater deflater = new Deflater(level, true);
        deflater.setInput(text);
        deflater.finish();
        byte[] packed = new byte[text.length + 100];
        bytes.write(packed, 0, deflater.deflate(packed));
        deflater.end();
        CRC32 checksum = new CRC32();
        checksum.update(text);
        bytes.writeBytes(ByteBuffer.allocate(8)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putInt((int) checksum.getValue())
                .putInt(text.length)
                .array());
        return bytes.toByteArray();
    }

    private static byte[] joined(byte[] one, byte[] other) {
        return ByteBuffer.allocate(one.length + other.length)
                .put(one)
                .put(other)
                .array();
    }
}
