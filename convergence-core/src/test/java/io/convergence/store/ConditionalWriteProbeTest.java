package io.convergence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConditionalWriteProbeTest {
    private final InMemoryObjectStore store = new InMemoryObjectStore(InstantSource.system());

    @Test
    void anHonestStorePassesAgainAndAgainAndKeepsOneProbeObject() {
        var probe = new ConditionalWriteProbe(store);

        probe.verify("ctl/", EnumSet.allOf(Capability.class));
        probe.verify("ctl/", EnumSet.allOf(Capability.class));

        assertThat(store.listAll("").map(ObjectStat::key)).containsExactly("ctl/" + ConditionalWriteProbe.PROBE_NAME);
        assertThat(store.openUploads()).isEmpty();
    }

    @Test
    void aStoreThatIgnoresIfNoneMatchIsRefused() {
        ObjectStore lying = new WrappedStore(store) {
            @Override
            public ObjectStat put(String key, byte[] content, WriteCondition condition) {
                return store.put(
                        key, content, condition instanceof WriteCondition.IfAbsent ? WriteCondition.none() : condition);
            }
        };

        assertThatThrownBy(() -> new ConditionalWriteProbe(lying).verify("ctl/", Set.of(Capability.PUT_IF_ABSENT)))
                .hasMessage(
                        "Cannot use store memory://store: it overwrote an object that was put on the condition that it"
                                + " is absent (If-None-Match: *) (tried with 'ctl/convergence-conditional-write-probe'). Commits"
                                + " could be lost unseen; use Amazon S3 or a server that supports conditional writes.")
                .asInstanceOf(type(UnsafeStoreException.class))
                .satisfies(refused -> {
                    assertThat(refused.capability()).isEqualTo(Capability.PUT_IF_ABSENT);
                    assertThat(refused.retryable()).isFalse();
                });
    }

    @Test
    void aStoreThatIgnoresIfMatchIsRefused() {
        ObjectStore lying = new WrappedStore(store) {
            @Override
            public ObjectStat put(String key, byte[] content, WriteCondition condition) {
                return store.put(
                        key, content, condition instanceof WriteCondition.IfMatch ? WriteCondition.none() : condition);
            }
        };

        assertRefused(lying, Capability.PUT_IF_MATCH);
    }

    @Test
    void aStoreThatIgnoresTheConditionOfAnUploadIsRefused() {
        ObjectStore lying = new WrappedStore(store) {
            @Override
            public MultipartUpload startMultipart(String key) {
                return new UnconditionalUpload(store.startMultipart(key));
            }
        };

        assertRefused(lying, Capability.MULTIPART_CONDITIONAL);
    }

    @Test
    void aStoreThatDeletesWhateverTheETagIsRefused() {
        ObjectStore lying = new WrappedStore(store) {
            @Override
            public void deleteIfMatch(String key, ETag etag) {
                store.delete(key);
            }
        };

        assertRefused(lying, Capability.DELETE_IF_MATCH);
    }

    @Test
    void aStoreThatDropsWritesIsRefused() {
        ObjectStore lying = new WrappedStore(store) {
            @Override
            public ObjectStat put(String key, byte[] content, WriteCondition condition) {
                return ObjectStat.of(key, content.length, new ETag("x"), store.now());
            }
        };

        assertRefused(lying, Capability.PUT_IF_ABSENT);
    }

    @Test
    void aStoreThatDoesNotDeclareWhatIsNeededIsRefusedBeforeAnythingIsWritten() {
        ObjectStore modest = new WrappedStore(store) {
            @Override
            public Set<Capability> capabilities() {
                return Set.of();
            }
        };

        assertThatThrownBy(() -> new ConditionalWriteProbe(modest).verify("", Set.of(Capability.PUT_IF_ABSENT)))
                .isInstanceOf(UnsafeStoreException.class)
                .hasMessageContaining("it does not declare PUT_IF_ABSENT, which is needed");
        assertThat(store.listAll("")).isEmpty();
        new ConditionalWriteProbe(modest).verify("", Set.of());
    }

    @Test
    void whatIsNotRequiredIsNotTriedSoThatAWriterNeedsNoPermissionToDelete() {
        ObjectStore withoutDeletes = WrappedStore.withoutDeletes(store);

        new ConditionalWriteProbe(withoutDeletes)
                .verify("ctl/", Set.of(Capability.PUT_IF_ABSENT, Capability.MULTIPART_CONDITIONAL));

        assertThat(store.listAll("").map(ObjectStat::key)).containsExactly("ctl/" + ConditionalWriteProbe.PROBE_NAME);
    }

    @Test
    void nothingRequiredIsNothingWritten() {
        new ConditionalWriteProbe(store).verify("ctl/", Set.of());

        assertThat(store.listAll("")).isEmpty();
    }

    @Test
    void aConflictWithAnotherProberIsTriedAgain() {
        ObjectStore busy = new WrappedStore(store) {
            private int conflicts = 3;

            @Override
            public ObjectStat put(String key, byte[] content, WriteCondition condition) {
                if (conflicts-- > 0) {
                    throw new WriteConflictException(key, "racing", null);
                }

                return store.put(key, content, condition);
            }
        };

        new ConditionalWriteProbe(busy).verify("", EnumSet.allOf(Capability.class));
    }

    private static void assertRefused(ObjectStore lying, Capability capability) {
        assertThatThrownBy(() -> new ConditionalWriteProbe(lying).verify("ctl/", Set.of(capability)))
                .asInstanceOf(type(UnsafeStoreException.class))
                .satisfies(refused -> assertThat(refused.capability()).isEqualTo(capability));
    }

    private record UnconditionalUpload(MultipartUpload upload) implements MultipartUpload {
        @Override
        public String key() {
            return upload.key();
        }

        @Override
        public void part(int number, byte[] content) {
            upload.part(number, content);
        }

        @Override
        public ObjectStat complete(WriteCondition condition) {
            return upload.complete(WriteCondition.none());
        }

        @Override
        public void abort() {
            upload.abort();
        }
    }
}
