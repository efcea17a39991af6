package io.convergence.store.internal.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.apache.parquet.column.values.bitpacking.BytePacker;
import org.apache.parquet.column.values.bitpacking.BytePackerForLong;
import org.apache.parquet.column.values.bitpacking.Packer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BitPackingTest {
    private static final int COUNT = 32;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 8, 9, 13, 16, 17, 24, 31, 32, 33, 40, 47, 56, 57, 58, 60, 63, 64})
    void longsArePackedAndUnpackedAsParquetJavaDoes(int width) {
        var random = new Random(width);
        for (int round = 0; round < 50; round++) {
            long[] numbers = new long[COUNT];
            Arrays.setAll(numbers, i -> random.nextLong() >>> Long.SIZE - width);
            byte[] expected = new byte[COUNT * width / 8];
            BytePackerForLong packer = Packer.LITTLE_ENDIAN.newBytePackerForLong(width);
            packer.pack32Values(numbers, 0, expected, 0);
            byte[] packed = new byte[expected.length];
            BitPacking.pack(numbers, 0, COUNT, width, packed, 0);
            assertThat(packed).isEqualTo(expected);

            // Once in the middle of an array, once up to its end.
            for (int behind : new int[] {0, 20}) {
                byte[] bytes = new byte[3 + packed.length + behind];
                Arrays.fill(bytes, (byte) 0xA5);
                System.arraycopy(packed, 0, bytes, 3, packed.length);
                long[] unpacked = new long[COUNT + 2];
                BitPacking.unpack(bytes, 3, width, unpacked, 1, COUNT);
                assertThat(Arrays.copyOfRange(unpacked, 1, COUNT + 1)).isEqualTo(numbers);
                assertThat(unpacked[COUNT + 1]).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 11, 15, 16, 17, 20, 25, 31, 32})
    void idsArePackedAndUnpackedAsParquetJavaDoes(int width) {
        var random = new Random(width);
        for (int round = 0; round < 50; round++) {
            int[] ids = new int[COUNT];
            Arrays.setAll(ids, i -> random.nextInt() >>> Integer.SIZE - width);
            byte[] expected = new byte[COUNT * width / 8];
            BytePacker packer = Packer.LITTLE_ENDIAN.newBytePacker(width);
            packer.pack32Values(ids, 0, expected, 0);
            byte[] packed = new byte[expected.length];
            BitPacking.pack(ids, 0, COUNT, width, packed, 0);
            assertThat(packed).isEqualTo(expected);
            byte[] ofEight = new byte[width];
            BitPacking.pack(ids, 8, 8, width, ofEight, 0);
            assertThat(ofEight).isEqualTo(Arrays.copyOfRange(expected, width, 2 * width));

            for (int behind : new int[] {0, 20}) {
                byte[] bytes = new byte[3 + packed.length + behind];
                Arrays.fill(bytes, (byte) 0xA5);
                System.arraycopy(packed, 0, bytes, 3, packed.length);
                int[] unpacked = new int[COUNT + 2];
                BitPacking.unpack(bytes, 3, width, unpacked, 1, COUNT - 3);
                assertThat(Arrays.copyOfRange(unpacked, 1, COUNT - 2)).isEqualTo(Arrays.copyOf(ids, COUNT - 3));
                assertThat(unpacked[COUNT - 2]).isZero();
            }
        }
    }
}
