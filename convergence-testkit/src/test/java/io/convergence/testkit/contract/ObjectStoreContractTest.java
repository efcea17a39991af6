package io.convergence.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.store.Capability;
import io.convergence.store.ETag;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.OpenUpload;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoredObject;
import io.convergence.store.WriteCondition;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The contract is worth something only if a store that breaks it fails it. */
class ObjectStoreContractTest {
    @Test
    void theReferenceModelPassesEveryTest() {
        assertThat(failures(store -> store)).isEmpty();
    }

    @Test
    void aStoreThatIgnoresIfAbsentIsCaught() {
        assertThat(failures(store -> new Wrapped(store) {
                    @Override
                    public ObjectStat put(String key, byte[] content, WriteCondition condition) {
                        return super.put(
                                key,
                                content,
                                condition instanceof WriteCondition.IfAbsent ? WriteCondition.none() : condition);
                    }
                }))
                .contains(
                        "putIfAbsentCreatesOnceAndKeepsWhatIsThere",
                        "ofRacingWritersThatPutIfAbsentExactlyOneWins",
                        "theProbeFindsThatTheStoreKeepsItsWord");
    }

    @Test
    void aStoreThatChecksFirstAndWritesThenIsCaught() {
        assertThat(failures(store -> new Wrapped(store) {
                    @Override
                    public ObjectStat put(String key, byte[] content, WriteCondition condition) {
                        Optional<ObjectStat> found = head(key);
                        LockSupport.parkNanos(1_000_000);
                        if (condition instanceof WriteCondition.IfAbsent && found.isPresent()) {
                            throw new PreconditionFailedException(key, "exists", null);
                        }

                        boolean matches = !(condition instanceof WriteCondition.IfMatch match)
                                || found.filter(stat -> stat.etag().equals(match.etag()))
                                        .isPresent();
                        return super.put(key, content, matches ? WriteCondition.none() : condition);
                    }
                }))
                .containsExactlyInAnyOrder(
                        "ofRacingWritersThatPutIfAbsentExactlyOneWins", "aCounterKeptByPutIfMatchLosesNoCount");
    }

    @Test
    void aStoreThatCompletesUploadsUnconditionallyIsCaught() {
        assertThat(failures(store -> new Wrapped(store) {
                    @Override
                    public MultipartUpload startMultipart(String key) {
                        return new WrappedUpload(super.startMultipart(key)) {
                            @Override
                            public ObjectStat complete(WriteCondition condition) {
                                return super.complete(WriteCondition.none());
                            }
                        };
                    }
                }))
                .contains(
                        "anUploadInPartsMayDependOnTheKeyBeingAbsent",
                        "ofRacingUploadsThatDependOnTheKeyBeingAbsentExactlyOneWins");
    }

    @Test
    void aStoreThatDeletesAnyVersionIsCaught() {
        assertThat(failures(store -> new Wrapped(store) {
                    @Override
                    public void deleteIfMatch(String key, ETag etag) {
                        delete(key);
                    }
                }))
                .contains("deleteIfMatchDeletesOnlyTheVersionItNames");
    }

    @Test
    void aStoreThatReadsWhateverVersionIsThereIsCaught() {
        assertThat(failures(store -> new Wrapped(store) {
                    @Override
                    public byte[] read(ObjectStat object, long offset, int length) {
                        return super.read(head(object.key()).orElse(object), offset, length);
                    }
                }))
                .containsExactly("aReadOfAnOverwrittenObjectFailsEvenIfTheSizeIsTheSame");
    }

    @Test
    void aStoreThatReadsShortIsCaught() {
        assertThat(failures(store -> new Wrapped(store) {
                    @Override
                    public byte[] read(ObjectStat object, long offset, int length) {
                        byte[] bytes = super.read(object, offset, length);
                        return length > 3 ? Arrays.copyOf(bytes, length - 1) : bytes;
                    }
                }))
                .contains("aRangeIsReadExactly");
    }

    @Test
    void aListingInReverseIsCaught() {
        assertThat(failures(store -> new Wrapped(store) {
                    @Override
                    public ListPage list(ListRequest request) {
                        ListPage page = super.list(request);
                        var objects = new ArrayList<>(page.objects());
                        Collections.reverse(objects);
                        return new ListPage(
                                objects, page.commonPrefixes(), page.next().orElse(null));
                    }
                }))
                .contains("aListingIsInOrderOfTheKeysBytes", "pagesCoverAllKeysOnceAndOnlyTheLastHasNoNext");
    }

    @Test
    void aListingThatForgetsTheLastKeyOfAPageIsCaught() {
        assertThat(failures(store -> new Wrapped(store) {
                    @Override
                    public ListPage list(ListRequest request) {
                        ListPage page = super.list(request);
                        boolean cut = page.next().isPresent() && page.objects().size() > 1;
                        return cut
                                ? new ListPage(
                                        page.objects().subList(0, page.objects().size() - 1),
                                        page.commonPrefixes(),
                                        page.next().orElse(null))
                                : page;
                    }
                }))
                .contains("pagesCoverAllKeysOnceAndOnlyTheLastHasNoNext");
    }

    @Test
    void aStoreThatShowsUnfinishedUploadsIsCaught() {
        assertThat(failures(store -> new Wrapped(store) {
                    @Override
                    public MultipartUpload startMultipart(String key) {
                        super.put(key, new byte[0], WriteCondition.none());
                        return super.startMultipart(key);
                    }
                }))
                .contains("anUploadInPartsIsInvisibleUntilCompleted", "anUploadNotCompletedLeavesNothing");
    }

    @Test
    void aStoreThatDeclaresTooLittleYetPretendsIsCaught() {
        assertThat(failures(store -> new Wrapped(store) {
                    @Override
                    public Set<Capability> capabilities() {
                        return Set.of();
                    }
                }))
                .contains(
                        "putIfAbsentCreatesOnceAndKeepsWhatIsThere",
                        "putIfMatchReplacesOnlyTheVersionItNames",
                        "anUploadInPartsMayDependOnTheKeyBeingAbsent",
                        "deleteIfMatchDeletesOnlyTheVersionItNames",
                        "aKeyBesideAFolderOfItsNameIsKeptOrRefusedButNothingIsLost");
    }

    /** The names of the tests that a store fails. */
    private static Set<String> failures(Function<ObjectStore, ObjectStore> breaking) {
        var failures = new TreeSet<String>();
        int run = 0;
        for (Method method : ObjectStoreContract.class.getDeclaredMethods()) {
            if (method.isAnnotationPresent(Test.class)) {
                run++;
                if (fails(method, breaking)) {
                    failures.add(method.getName());
                }
            }
        }

        assertThat(run).isGreaterThan(35);
        return failures;
    }

    private static boolean fails(Method test, Function<ObjectStore, ObjectStore> breaking) {
        var contract = new ObjectStoreContract() {
            @Override
            protected ObjectStore createStore() {
                return breaking.apply(new InMemoryObjectStore(InstantSource.system()));
            }
        };
        contract.openStore();
        try {
            test.invoke(contract);
            return false;
        } catch (InvocationTargetException failure) {
            return true;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static class Wrapped implements ObjectStore {
        private final ObjectStore store;

        Wrapped(ObjectStore store) {
            this.store = store;
        }

        @Override
        public Set<Capability> capabilities() {
            return store.capabilities();
        }

        @Override
        public String description() {
            return store.description();
        }

        @Override
        public Instant now() {
            return store.now();
        }

        @Override
        public ListPage list(ListRequest request) {
            return store.list(request);
        }

        @Override
        public Optional<ObjectStat> head(String key) {
            return store.head(key);
        }

        @Override
        public Optional<StoredObject> get(String key) {
            return store.get(key);
        }

        @Override
        public byte[] read(ObjectStat object, long offset, int length) {
            return store.read(object, offset, length);
        }

        @Override
        public ObjectStat put(String key, byte[] content, WriteCondition condition) {
            return store.put(key, content, condition);
        }

        @Override
        public MultipartUpload startMultipart(String key) {
            return store.startMultipart(key);
        }

        @Override
        public List<OpenUpload> openUploads(String prefix) {
            return store.openUploads(prefix);
        }

        @Override
        public void abortUpload(OpenUpload upload) {
            store.abortUpload(upload);
        }

        @Override
        public Map<String, String> tags(String key) {
            return store.tags(key);
        }

        @Override
        public void setTags(String key, Map<String, String> tags) {
            store.setTags(key, tags);
        }

        @Override
        public void delete(String key) {
            store.delete(key);
        }

        @Override
        public void deleteIfMatch(String key, ETag etag) {
            store.deleteIfMatch(key, etag);
        }
    }

    private static class WrappedUpload implements MultipartUpload {
        private final MultipartUpload upload;

        WrappedUpload(MultipartUpload upload) {
            this.upload = upload;
        }

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
            return upload.complete(condition);
        }

        @Override
        public void abort() {
            upload.abort();
        }
    }
}
