package io.convergence.store.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.WriteCondition;
import java.io.EOFException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.parquet.io.SeekableInputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ParquetInputTest {
    private static final int MB = 1 << 20;
    private static final int KB = 1 << 10;

    private record Range(long from, int length) {}

    private final ObjectStore objects = new InMemoryObjectStore(() -> Instant.EPOCH);
    private final List<Range> reads = new ArrayList<>();
    private final ObjectStore store = logging(objects, reads);

    @Test
    @DisplayName("L7: an object of up to 8 MB is one request, whatever is read in whatever order")
    void smallObjectIsOneRequest() throws IOException {
        byte[] content = content(8 * MB);
        SeekableInputStream stream = ParquetInput.of(store, put(content)).newStream();

        assertThat(bytes(stream, 8 * MB - 8, 8)).isEqualTo(Arrays.copyOfRange(content, 8 * MB - 8, 8 * MB));
        assertThat(bytes(stream, 4, 5 * MB)).isEqualTo(Arrays.copyOfRange(content, 4, 4 + 5 * MB));
        assertThat(bytes(stream, 0, 4)).isEqualTo(Arrays.copyOfRange(content, 0, 4));

        assertThat(reads).containsExactly(new Range(0, 8 * MB));
    }

    @Test
    @DisplayName("L7: a larger object read from front to back is two requests: its end with the footer, then its body")
    void largeObjectReadAheadIsTwoRequests() throws IOException {
        byte[] content = content(20 * MB);
        SeekableInputStream stream =
                ParquetInput.readingAhead(store, put(content), 64 * MB).newStream();

        bytes(stream, 20 * MB - 8, 8);
        bytes(stream, 20 * MB - 900 * KB, 900 * KB - 8);
        for (int at = 0; at < 20 * MB; at += 2 * MB) {
            assertThat(bytes(stream, at, 2 * MB)).isEqualTo(Arrays.copyOfRange(content, at, at + 2 * MB));
        }

        assertThat(reads).containsExactly(new Range(19 * MB, MB), new Range(0, 19 * MB));
    }

    @Test
    void largeObjectReadInPartsFetchesOnlyWhatIsNear() throws IOException {
        byte[] content = content(20 * MB);
        SeekableInputStream stream = ParquetInput.of(store, put(content)).newStream();

        bytes(stream, 20 * MB - 8, 8);
        bytes(stream, 5 * MB, 100);
        bytes(stream, 5 * MB + 200 * KB, 100);
        bytes(stream, 9 * MB, 3 * MB);

        assertThat(reads)
                .containsExactly(new Range(19 * MB, MB), new Range(5 * MB, 256 * KB), new Range(9 * MB, 3 * MB));
    }

    @Test
    void anyReadsGiveTheBytesOfTheObject() throws IOException {
        long seed = Long.getLong("convergence.seed", 20261125L);
        Random random = new Random(seed);
        byte[] content = content(10 * MB + 17);
        ObjectStat stat = put(content);

        for (ParquetInput input :
                List.of(ParquetInput.of(store, stat), ParquetInput.readingAhead(store, stat, 3 * MB + 1))) {
            SeekableInputStream stream = input.newStream();
            for (int i = 0; i < 300; i++) {
                int from = random.nextInt(content.length);
                int length = random.nextInt(Math.min(content.length - from, 1 << random.nextInt(23)) + 1);
                ByteBuffer direct = ByteBuffer.allocateDirect(length);
                stream.seek(from);
                stream.readFully(direct);
                byte[] actual = new byte[length];
                direct.flip().get(actual);

                assertThat(Arrays.equals(actual, 0, length, content, from, from + length))
                        .as("seed %d, bytes %d to %d", seed, from, from + length)
                        .isTrue();
                assertThat(stream.getPos()).isEqualTo(from + length);
            }
        }
    }

    @Test
    void readsEndWithTheObject() throws IOException {
        SeekableInputStream stream =
                ParquetInput.of(store, put(new byte[] {1, 2, 3})).newStream();

        assertThat(stream.read(new byte[5])).isEqualTo(3);
        assertThat(stream.read()).isEqualTo(-1);
        assertThatThrownBy(() -> bytes(stream, 1, 3)).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> stream.seek(4))
                .isInstanceOf(EOFException.class)
                .hasMessage("position 4 lies outside the file's 3 bytes");
    }

    @Test
    @DisplayName("L3: an object written anew is not read")
    void anotherVersionIsNotRead() {
        ObjectStat old = put(new byte[] {1, 2, 3});
        put(new byte[] {4, 5, 6});
        SeekableInputStream stream = ParquetInput.of(store, old).newStream();

        assertThatThrownBy(stream::read).isInstanceOf(PreconditionFailedException.class);
    }

    private ObjectStat put(byte[] content) {
        return objects.put("file", content, WriteCondition.none());
    }

    private static byte[] content(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static byte[] bytes(SeekableInputStream stream, long from, int length) throws IOException {
        byte[] bytes = new byte[length];
        stream.seek(from);
        stream.readFully(bytes);
        return bytes;
    }

    private static ObjectStore logging(ObjectStore objects, List<Range> reads) {
        return (ObjectStore) Proxy.newProxyInstance(
                ParquetInputTest.class.getClassLoader(),
                new Class<?>[] {ObjectStore.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("read")) {
                        reads.add(new Range((Long) arguments[1], (Integer) arguments[2]));
                    }
                    try {
                        return method.invoke(objects, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
