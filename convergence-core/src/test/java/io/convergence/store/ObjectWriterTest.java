package io.convergence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ObjectWriterTest {
    private static final int PART = MultipartUpload.MIN_PART_BYTES;

    private final InMemoryObjectStore store = new InMemoryObjectStore(InstantSource.system());

    @Test
    void whatFitsIntoOneBufferIsPutInOneRequest() {
        var requests = new ArrayList<String>();
        ObjectStore counted = new WrappedStore(store) {
            @Override
            public ObjectStat put(String key, byte[] content, WriteCondition condition) {
                requests.add("put " + content.length);
                return store.put(key, content, condition);
            }

            @Override
            public MultipartUpload startMultipart(String key) {
                requests.add("multipart");
                return store.startMultipart(key);
            }
        };

        try (ObjectWriter exact = ObjectWriter.open(counted, "a", WriteCondition.none(), PART)) {
            exact.write(new byte[PART]);
            exact.commit();
        }

        try (ObjectWriter above = ObjectWriter.open(counted, "b", WriteCondition.none(), PART)) {
            above.write(new byte[PART]);
            above.write(new byte[1]);
            above.commit();
        }

        assertThat(requests).containsExactly("put " + PART, "multipart");
    }

    @Test
    void theBytesComeBackWhateverThePiecesTheyWereWrittenIn() {
        var random = new Random(7);
        var content = new byte[3 * PART + 12_345];
        random.nextBytes(content);
        ObjectStat written;
        try (ObjectWriter writer = ObjectWriter.open(store, "a", WriteCondition.ifAbsent(), PART)) {
            int from = 0;
            while (from < content.length) {
                int length = Math.min(content.length - from, random.nextInt(2 * PART));
                writer.write(content, from, length);
                from += length;
                assertThat(writer.position()).isEqualTo(from);
            }

            written = writer.commit();
        }

        assertThat(written.size()).isEqualTo(content.length);
        assertThat(store.get("a").orElseThrow().content()).isEqualTo(content);
        assertThat(store.openUploads()).isEmpty();
    }

    @Test
    void closingWithoutCommitDiscardsSmallAndLarge() {
        for (int size : new int[] {10, 2 * PART}) {
            try (ObjectWriter writer = ObjectWriter.open(store, "a", WriteCondition.none(), PART)) {
                writer.write(new byte[size]);
            }
        }

        assertThat(store.listAll("")).isEmpty();
        assertThat(store.openUploads()).isEmpty();
    }

    @Test
    void aConditionThatDoesNotHoldLeavesWhatIsThere() {
        ObjectStat old = store.put("a", new byte[] {1}, WriteCondition.none());
        for (int size : new int[] {10, PART + 1}) {
            try (ObjectWriter writer = ObjectWriter.open(store, "a", WriteCondition.ifAbsent(), PART)) {
                writer.write(new byte[size]);

                assertThatThrownBy(writer::commit).isInstanceOf(PreconditionFailedException.class);
                assertThatThrownBy(writer::commit)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("Cannot use the writer of object 'a': it is failed. Open another one.");
            }
        }

        assertThat(store.head("a")).hasValue(old);
        assertThat(store.openUploads()).isEmpty();
    }

    @Test
    void aPartThatFailsEndsTheWriterAndNothingIsLeft() {
        ObjectStore failing = new WrappedStore(store) {
            @Override
            public MultipartUpload startMultipart(String key) {
                return new FailingSecondPart(store.startMultipart(key));
            }
        };
        try (ObjectWriter writer = ObjectWriter.open(failing, "a", WriteCondition.none(), PART)) {
            writer.write(new byte[2 * PART]);

            assertThatThrownBy(() -> writer.write(new byte[1])).isInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(() -> writer.write(new byte[1])).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(writer::commit).isInstanceOf(IllegalStateException.class);
        }

        assertThat(store.listAll("")).isEmpty();
        assertThat(store.openUploads()).isEmpty();
    }

    @Test
    void aStoreWithoutConditionalUploadsTakesOnlySmallConditionalObjects() {
        ObjectStore modest = new WrappedStore(store) {
            @Override
            public Set<Capability> capabilities() {
                return Set.of(Capability.PUT_IF_ABSENT);
            }
        };
        try (ObjectWriter small = ObjectWriter.open(modest, "small", WriteCondition.ifAbsent(), PART);
                ObjectWriter large = ObjectWriter.open(modest, "large", WriteCondition.ifAbsent(), PART);
                ObjectWriter free = ObjectWriter.open(modest, "free", WriteCondition.none(), PART)) {
            small.write(new byte[PART]);
            small.commit();
            large.write(new byte[PART]);
            free.write(new byte[PART + 1]);
            free.commit();

            assertThatThrownBy(() -> large.write(new byte[1]))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("MULTIPART_CONDITIONAL");
        }

        assertThat(store.listAll("").map(ObjectStat::key)).containsExactly("free", "small");
    }

    @Test
    void partsSmallerThanS3TakesAreRefusedAtOnce() {
        assertThatThrownBy(() -> ObjectWriter.open(store, "a", WriteCondition.none(), PART - 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("S3 needs at least 5242880");
    }

    @Test
    void aWriterThatCommittedIsDone() {
        ObjectWriter writer = ObjectWriter.open(store, "a", WriteCondition.none());
        writer.write(new byte[] {1, 2});
        writer.commit();
        writer.close();
        writer.close();

        assertThatThrownBy(() -> writer.write(new byte[1])).isInstanceOf(IllegalStateException.class);
        assertThat(store.head("a").orElseThrow().size()).isEqualTo(2);
    }

    private static final class FailingSecondPart implements MultipartUpload {
        private final MultipartUpload upload;

        FailingSecondPart(MultipartUpload upload) {
            this.upload = upload;
        }

        @Override
        public String key() {
            return upload.key();
        }

        @Override
        public void part(int number, byte[] content) {
            if (number == 2) {
                throw new StoreUnavailableException(key(), "lost", null);
            }

            upload.part(number, content);
        }

        @Override
        public ObjectStat complete(WriteCondition condition) {
            return upload.complete(condition);
        }

        @Override
        public void abort() {
            upload.abort();
        }
    }
}
