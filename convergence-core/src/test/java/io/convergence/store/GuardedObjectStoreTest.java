package io.convergence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuardedObjectStoreTest {
    private static final String PROBE = "ctl/" + ConditionalWriteProbe.PROBE_NAME;
    private static final byte[] CONTENT = {1};

    private final InMemoryObjectStore store = new InMemoryObjectStore(InstantSource.system());

    private List<String> keys() {
        return store.listAll("").map(ObjectStat::key).toList();
    }

    @Test
    void storeIsTriedOnceBeforeTheFirstWriteAndNotForReads() {
        List<String> puts = new ArrayList<>();
        var guarded = GuardedObjectStore.of(
                new WrappedStore(store) {
                    @Override
                    public ObjectStat put(String key, byte[] content, WriteCondition condition) {
                        puts.add(key);
                        return store.put(key, content, condition);
                    }
                },
                "ctl/");

        assertThat(guarded.head("a")).isEmpty();
        assertThat(guarded.listAll("")).isEmpty();
        assertThat(puts).isEmpty();

        guarded.put("a", CONTENT, WriteCondition.none());
        guarded.put("b", CONTENT, WriteCondition.none());

        assertThat(puts).containsExactly(PROBE, PROBE, "a", "b");
    }

    @Test
    void writerWithoutThePermissionToDeleteIsLetThrough() {
        var guarded = GuardedObjectStore.of(WrappedStore.withoutDeletes(store), "ctl/");

        guarded.put("a", CONTENT, WriteCondition.ifAbsent());

        assertThat(keys()).containsExactly("a", PROBE);
    }

    @Test
    void uploadInPartsToAStoreThatIgnoresConditionsOfPutsIsRefused() {
        var guarded = GuardedObjectStore.of(
                new WrappedStore(store) {
                    @Override
                    public ObjectStat put(String key, byte[] content, WriteCondition condition) {
                        return store.put(key, content, WriteCondition.none());
                    }
                },
                "ctl/");

        assertThatThrownBy(() -> guarded.startMultipart("a")).isInstanceOf(UnsafeStoreException.class);
        assertThatThrownBy(() -> guarded.startMultipart("a")).isInstanceOf(UnsafeStoreException.class);

        assertThat(keys()).containsExactly(PROBE);
        assertThat(store.openUploads()).isEmpty();
    }

    @Test
    void guardedStoreIsNotGuardedTwice() {
        var guarded = GuardedObjectStore.of(store, "ctl/");

        assertThat(GuardedObjectStore.of(guarded, "other/")).isSameAs(guarded);
        assertThat(guarded.guards(store)).isTrue();
        assertThat(guarded.guards(guarded)).isTrue();
        assertThat(guarded.guards(new InMemoryObjectStore(InstantSource.system())))
                .isFalse();
    }
}
