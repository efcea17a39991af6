package io.convergence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What the contract of all stores does not say; that one is passed in the testkit. */
class InMemoryObjectStoreTest {
    private final AtomicReference<Instant> time = new AtomicReference<>(Instant.parse("2026-11-23T10:00:00.987Z"));
    private final InstantSource clock = time::get;
    private final InMemoryObjectStore store = new InMemoryObjectStore(clock);

    @Test
    void itDoesAllThatS3Does() {
        assertThat(store.capabilities()).isEqualTo(EnumSet.allOf(Capability.class));
    }

    @Test
    void etagsAreThoseOfS3() {
        byte[] part = new byte[MultipartUpload.MIN_PART_BYTES];
        MultipartUpload upload = store.startMultipart("big");
        upload.part(1, part);
        upload.part(2, new byte[1]);

        assertThat(store.put("a", bytes("hello"), WriteCondition.none()).etag().value())
                .isEqualTo("5d41402abc4b2a76b9719d911017c592");
        assertThat(upload.complete(WriteCondition.none()).etag().value()).matches("[0-9a-f]{32}-2");
    }

    @Test
    void lastModifiedHasTheResolutionOfS3() {
        assertThat(store.put("a", bytes("x"), WriteCondition.none()).lastModified())
                .isEqualTo(Instant.parse("2026-11-23T10:00:00Z"));
        assertThat(store.now()).isEqualTo(Instant.parse("2026-11-23T10:00:00.987Z"));
    }

    @Test
    void anUploadInPartsIsModifiedWhenItBegan() {
        MultipartUpload upload = store.startMultipart("a");
        upload.part(1, bytes("x"));
        time.set(Instant.parse("2026-11-23T12:00:00Z"));
        upload.complete(WriteCondition.none());

        assertThat(store.head("a").orElseThrow().lastModified()).isEqualTo(Instant.parse("2026-11-23T10:00:00Z"));
    }

    @Test
    void openUploadsAreListedUntilTheyEnd() {
        MultipartUpload first = store.startMultipart("a");
        MultipartUpload second = store.startMultipart("b");
        MultipartUpload third = store.startMultipart("c");
        first.part(1, bytes("x"));
        first.complete(WriteCondition.none());
        second.abort();

        assertThat(store.openUploads()).singleElement().satisfies(open -> {
            assertThat(open.key()).isEqualTo("c");
            assertThat(open.started()).isEqualTo(Instant.parse("2026-11-23T10:00:00Z"));
            store.abortUpload(open);
        });
        assertThat(store.openUploads()).isEmpty();
        assertThatThrownBy(() -> third.part(1, bytes("x"))).isInstanceOf(ObjectNotFoundException.class);
        assertThatThrownBy(() -> second.part(1, bytes("x"))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aFullPageHasAThousandKeysAndAStreamFetchesAllPages() {
        for (int i = 0; i < 2_500; i++) {
            store.put(String.format("k%04d", i), new byte[0], WriteCondition.none());
        }

        assertThat(store.list(ListRequest.of("")).objects()).hasSize(1000);
        assertThat(store.list(ListRequest.of("")).next()).hasValue("k0999");
        assertThat(store.listAll("")).hasSize(2_500);
    }

    @Test
    void messagesSayWhatWhereAndWhatToDo() {
        ETag first = store.put("a", bytes("one"), WriteCondition.none()).etag();
        ETag second = store.put("a", bytes("two"), WriteCondition.none()).etag();

        assertThatThrownBy(() -> store.put("a", bytes("x"), WriteCondition.ifAbsent()))
                .hasMessage(
                        "Cannot create object 'a' in memory://store: it already exists. Read it to learn who wrote it,"
                                + " or choose another key.");
        assertThatThrownBy(() -> store.put("a", bytes("x"), WriteCondition.ifMatch(first)))
                .hasMessage("Cannot overwrite object 'a' in memory://store: it now has ETag '" + second + "', not '"
                        + first + "'. Read it again and decide anew.");
        assertThatThrownBy(() -> store.deleteIfMatch("b", first))
                .hasMessage(
                        "Cannot delete object 'b' in memory://store: it does not exist. List the prefix to see what is"
                                + " there.");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
