package io.convergence.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.store.Capability;
import io.convergence.store.ConditionalWriteProbe;
import io.convergence.store.ETag;
import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectKeys;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.ObjectWriter;
import io.convergence.store.OpenUpload;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoreException;
import io.convergence.store.StoredObject;
import io.convergence.store.WriteCondition;
import io.convergence.store.WriteConflictException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ObjectStore} must do. Extend it and hand in the store. Where a store does not declare a capability
 * the test of it checks that the store refuses instead of pretending.
 */
public abstract class ObjectStoreContract {
    /** Writers that race for one key. */
    private static final int RACERS = 16;

    private static final int ROUNDS = 5;
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

    @SuppressWarnings("NullAway.Init") // set before each test
    private ObjectStore store;

    /** A store without objects. Called once for each test. */
    protected abstract ObjectStore createStore();

    @BeforeEach
    void openStore() {
        store = createStore();
    }

    // Plain objects

    @Test
    void aWrittenObjectIsReadBackWhole() {
        ObjectStat written = put("folder/a.txt", "content");

        StoredObject found = store.get("folder/a.txt").orElseThrow();

        assertThat(found.text()).isEqualTo("content");
        assertThat(found.stat().etag()).isEqualTo(written.etag());
        assertThat(written.key()).isEqualTo("folder/a.txt");
        assertThat(written.size()).isEqualTo(7);
    }

    @Test
    void anObjectMayBeEmpty() {
        put("empty", "");

        assertThat(store.get("empty").orElseThrow().content()).isEmpty();
        assertThat(store.head("empty").orElseThrow().size()).isZero();
        assertThat(store.read(stat("empty"), 0, 0)).isEmpty();
    }

    @Test
    void anAbsentObjectIsEmptyNotAnError() {
        put("folder/a", "x");

        assertThat(store.head("folder/b")).isEmpty();
        assertThat(store.get("folder/b")).isEmpty();
        assertThat(store.head("folder")).isEmpty();
        assertThat(store.head("elsewhere/deep/down")).isEmpty();
    }

    @Test
    void anOverwriteReplacesContentAndETag() {
        ETag first = put("a", "one").etag();
        ETag second = put("a", "two").etag();

        assertThat(second).isNotEqualTo(first);
        assertThat(text("a")).isEqualTo("two");
        assertThat(stat("a").etag()).isEqualTo(second);
    }

    @Test
    void headGetAndListingTellTheSameOfAnObject() {
        put("folder/a", "content");

        ObjectStat head = stat("folder/a");

        assertThat(store.listAll("folder/"))
                .containsExactly(ObjectStat.of(head.key(), head.size(), head.etag(), head.lastModified()));
        assertThat(store.get("folder/a").orElseThrow().stat()).isEqualTo(head);
    }

    @Test
    void lastModifiedIsMeasuredByTheStoresClock() {
        Instant before = store.now();
        ObjectStat written = put("a", "x");
        Instant found = stat("a").lastModified();
        Instant after = store.now();

        assertThat(found).isBetween(before.minus(CLOCK_TOLERANCE), after.plus(CLOCK_TOLERANCE));
        assertThat(written.lastModified()).isBetween(found.minus(CLOCK_TOLERANCE), found.plus(CLOCK_TOLERANCE));
    }

    @Test
    void theStoreKeepsItsOwnCopyOfTheBytes() {
        byte[] given = bytes("abc");
        store.put("a", given, WriteCondition.none());
        given[0] = 'X';
        byte[] taken = store.get("a").orElseThrow().content();
        taken[1] = 'X';

        assertThat(text("a")).isEqualTo("abc");
    }

    @Test
    void deletedObjectsAreGoneAndDeletingThemAgainIsNoError() {
        put("folder/a", "x");
        put("folder/b", "y");

        store.delete("folder/a");
        store.delete("folder/a");
        store.delete("never/was");

        assertThat(store.head("folder/a")).isEmpty();
        assertThat(keys("")).containsExactly("folder/b");
    }

    @Test
    void aKeyCanBeReusedAsAFolderAndBackOnceItIsGone() {
        put("name/below", "x");
        store.delete("name/below");
        put("name", "y");
        store.delete("name");
        put("name/below", "z");

        assertThat(keys("")).containsExactly("name/below");
        assertThat(text("name/below")).isEqualTo("z");
    }

    @Test
    void keysOfHiveFoldersAndOddFileNamesSurvive() {
        List<String> odd = List.of(
                "dt=2026-11-23/part-0.parquet",
                "with space/a b.csv",
                "plus+percent%20/c%2Fd",
                "amp&semi;colon:/at@comma,",
                "question?hash#star*/x",
                "quote'paren(1)[2]{3}",
                "tilde~bang!dollar$caret^",
                "..hidden/.dot",
                "UPPER/lower");
        odd.forEach(key -> put(key, "content of " + key));

        assertThat(keys(""))
                .containsExactlyElementsOf(
                        odd.stream().sorted(ObjectKeys.order()).toList());
        odd.forEach(key -> assertThat(text(key)).isEqualTo("content of " + key));
        odd.forEach(store::delete);
        assertThat(keys("")).isEmpty();
    }

    @Test
    void keysMayHoldAnyAlphabet() {
        List<String> keys = List.of("straße/größe", "日本/注文.parquet", "emoji/😀");
        keys.forEach(key -> put(key, key));

        assertThat(keys("")).containsExactlyInAnyOrderElementsOf(keys);
        keys.forEach(key -> assertThat(text(key)).isEqualTo(key));
    }

    @Test
    void keysS3WouldNotTakeAreRefusedBeforeAnythingIsSent() {
        for (String key : List.of("", "x".repeat(1025), "ü".repeat(513), "half\uD83D")) {
            assertThatThrownBy(() -> put(key, "x")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> store.head(key)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> store.get(key)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> store.delete(key)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> store.startMultipart(key)).isInstanceOf(IllegalArgumentException.class);
        }

        assertThat(keys("")).isEmpty();
    }

    @Test
    void anyKeyOfS3IsTakenOrRefusedButNeverMistaken() {
        var odd =
                new ArrayList<>(List.of("a//b", "/lead", "trail/", "up/../x", "./y", "back\\slash", "x".repeat(1024)));
        if (store.capabilities().contains(Capability.ANY_KEY)) {
            odd.add("order/\uFF5E");
            odd.add("order/\uD83D\uDE00");
            odd.forEach(key -> put(key, "content of " + key));

            assertThat(keys(""))
                    .containsExactlyElementsOf(
                            odd.stream().sorted(ObjectKeys.order()).toList());
            odd.forEach(key -> assertThat(text(key)).isEqualTo("content of " + key));
            return;
        }

        put("b", "plain");
        for (String key : odd) {
            if (putUnlessRefused(key).isPresent()) {
                assertThat(textUnlessRefused(key).orElse("content of " + key)).isEqualTo("content of " + key);
                store.delete(key);
            }

            assertThat(keys("")).as("keys after trying '%s'", key).containsExactly("b");
        }

        assertThat(text("b")).isEqualTo("plain");
    }

    @Test
    void aKeyBesideAFolderOfItsNameIsKeptOrRefusedButNothingIsLost() {
        put("a", "the file");
        Optional<ObjectStat> below = putUnlessRefused("a/b");

        assertThat(text("a")).isEqualTo("the file");
        if (store.capabilities().contains(Capability.KEY_BESIDE_FOLDER)) {
            assertThat(keys("")).containsExactly("a", "a/b");
            assertThat(text("a/b")).isEqualTo("content of a/b");
        } else {
            assertThat(below)
                    .as("a store that keeps a key beside its folder declares it")
                    .isEmpty();
            assertThat(keys("")).containsExactly("a");
        }
    }

    // Listings

    @Test
    void aListingIsInOrderOfTheKeysBytes() {
        List<String> inOrder =
                List.of("A/z", "a!/x", "a-b/x", "a.b", "a/b/c", "a/x", "a0", "aa/b", "b", "z/1", "z/10", "z/2");
        var shuffled = new ArrayList<>(inOrder);
        Collections.rotate(shuffled, 5);
        shuffled.forEach(key -> put(key, key));

        assertThat(keys("")).containsExactlyElementsOf(inOrder);
    }

    @Test
    void aPrefixNeedNotEndAtAFolder() {
        List.of("sales/orders/1", "sales/orders_old/1", "sales/order", "sales/x", "other")
                .forEach(key -> put(key, key));

        assertThat(keys("sales/order")).containsExactly("sales/order", "sales/orders/1", "sales/orders_old/1");
        assertThat(keys("sales/orders/")).containsExactly("sales/orders/1");
        assertThat(keys("sales/orders/1")).containsExactly("sales/orders/1");
        assertThat(keys("sales/orders/1/")).isEmpty();
        assertThat(keys("none")).isEmpty();
        assertThat(keys("none/at/all/")).isEmpty();
    }

    @Test
    void aListingGoesOnAfterAnyKeyWhetherItExistsOrNot() {
        List.of("p/a", "p/b", "p/c/d", "p/e").forEach(key -> put(key, key));

        assertThat(page(ListRequest.of("p/").after("p/b"))).containsExactly("p/c/d", "p/e");
        assertThat(page(ListRequest.of("p/").after("p/bb"))).containsExactly("p/c/d", "p/e");
        assertThat(page(ListRequest.of("p/").after("p/c/d"))).containsExactly("p/e");
        assertThat(page(ListRequest.of("p/").after("p/c/c"))).containsExactly("p/c/d", "p/e");
        assertThat(page(ListRequest.of("p/").after("a"))).containsExactly("p/a", "p/b", "p/c/d", "p/e");
        assertThat(page(ListRequest.of("p/").after("p/e"))).isEmpty();
        assertThat(page(ListRequest.of("p/").after("q"))).isEmpty();
    }

    @Test
    void pagesCoverAllKeysOnceAndOnlyTheLastHasNoNext() {
        List<String> all = IntStream.range(0, 23)
                .mapToObj(i -> String.format("p/%s/%02d", i % 3, i))
                .sorted()
                .toList();
        all.forEach(key -> put(key, key));

        for (int size : new int[] {1, 7, 10, 22, 23, 24}) {
            List<ListPage> pages = pages(ListRequest.of("p/").maxKeys(size));

            assertThat(pages).hasSize((23 + size - 1) / size);
            assertThat(pages.stream().flatMap(page -> page.objects().stream()).map(ObjectStat::key))
                    .containsExactlyElementsOf(all);
        }
    }

    @Test
    void aDelimiterGroupsKeysIntoCommonPrefixes() {
        List.of("p/1", "p/a/1", "p/a/2", "p/a/b/3", "p/b/1", "p/c", "q/1").forEach(key -> put(key, key));

        ListPage page = store.list(ListRequest.of("p/").delimiter("/"));

        assertThat(page.objects()).extracting(ObjectStat::key).containsExactly("p/1", "p/c");
        assertThat(page.commonPrefixes()).containsExactly("p/a/", "p/b/");
        assertThat(page.next()).isEmpty();
        assertThat(store.list(ListRequest.of("").delimiter("/")).commonPrefixes())
                .containsExactly("p/", "q/");
        assertThat(store.list(ListRequest.of("p/a").delimiter("/")).commonPrefixes())
                .containsExactly("p/a/");
    }

    @Test
    void commonPrefixesCountTowardsThePage() {
        var expected = new ArrayList<String>();
        for (int i = 10; i < 22; i++) {
            put("p/" + i + "/x", "x");
            put("p/" + i + "/y", "y");
            put("p/" + i + "-file", "z");
            expected.add("p/" + i + "-file");
            expected.add("p/" + i + "/");
        }

        for (int size : new int[] {1, 5, 24, 25}) {
            List<ListPage> pages = pages(ListRequest.of("p/").delimiter("/").maxKeys(size));

            assertThat(pages).hasSize((24 + size - 1) / size);
            assertThat(pages)
                    .allSatisfy(page -> assertThat(page.objects().size()
                                    + page.commonPrefixes().size())
                            .isLessThanOrEqualTo(size));
            assertThat(pages.stream().flatMap(page -> names(page).stream())).containsExactlyElementsOf(expected);
        }
    }

    @Test
    void groupsThatLieWhollyAfterTheStartAreListed() {
        List.of("p/a/1", "p/a/5", "p/b/1", "p/c/1").forEach(key -> put(key, key));
        ListRequest folders = ListRequest.of("p/").delimiter("/");

        assertThat(store.list(folders.after("p/a-")).commonPrefixes()).containsExactly("p/a/", "p/b/", "p/c/");
        assertThat(store.list(folders.after("p/a0")).commonPrefixes()).containsExactly("p/b/", "p/c/");
        assertThat(store.list(folders.after("p/a/3")).commonPrefixes()).contains("p/b/", "p/c/");
        assertThat(store.list(folders.after("p/c0")).commonPrefixes()).isEmpty();
    }

    // Pinned reads

    @Test
    void aRangeIsReadExactly() {
        ObjectStat object = put("a", "0123456789");

        assertThat(store.read(object, 0, 10)).isEqualTo(bytes("0123456789"));
        assertThat(store.read(object, 0, 1)).isEqualTo(bytes("0"));
        assertThat(store.read(object, 3, 4)).isEqualTo(bytes("3456"));
        assertThat(store.read(object, 9, 1)).isEqualTo(bytes("9"));
        assertThat(store.read(object, 10, 0)).isEmpty();
    }

    @Test
    void aRangeOutsideTheObjectIsRefused() {
        ObjectStat object = put("a", "0123456789");

        assertThatThrownBy(() -> store.read(object, 8, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.read(object, 11, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.read(object, -1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.read(object, 0, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.read(object, Long.MAX_VALUE, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aReadOfAnOverwrittenObjectFailsEvenIfTheSizeIsTheSame() {
        put("a", "old content");
        ObjectStat old = onlyObject();
        put("a", "new content");

        assertThatThrownBy(() -> store.read(old, 0, 3)).isInstanceOf(PreconditionFailedException.class);
        assertThatThrownBy(() -> store.read(old, 0, 0)).isInstanceOf(PreconditionFailedException.class);
    }

    @Test
    void aReadOfADeletedObjectSaysItIsGone() {
        put("a", "content");
        ObjectStat old = onlyObject();
        store.delete("a");

        assertThatThrownBy(() -> store.read(old, 0, 3)).isInstanceOf(ObjectNotFoundException.class);
        assertThatThrownBy(() -> store.read(old, 0, 0)).isInstanceOf(ObjectNotFoundException.class);
    }

    @Test
    void readersNeverSeeHalfAnOverwrite() {
        int size = 100_000;
        store.put("a", filled(size, 0), WriteCondition.none());

        List<Optional<String>> problems = Race.of(RACERS, racer -> {
            for (int i = 0; i < 5; i++) {
                if (racer % 2 == 0) {
                    store.put("a", filled(size, racer * 5 + i), WriteCondition.none());
                } else {
                    Optional<String> problem = problem(store.get("a").orElseThrow(), size);
                    if (problem.isPresent()) {
                        return problem;
                    }
                }
            }

            return Optional.<String>empty();
        });

        assertThat(problems).containsOnly(Optional.empty());
    }

    // Uploads in parts

    @Test
    void anUploadInPartsIsInvisibleUntilCompleted() {
        byte[] first = filled(MultipartUpload.MIN_PART_BYTES, 1);
        byte[] second = filled(17, 2);
        try (MultipartUpload upload = store.startMultipart("folder/big")) {
            upload.part(1, first);
            upload.part(2, second);
            assertThat(store.head("folder/big")).isEmpty();
            assertThat(keys("")).isEmpty();

            ObjectStat written = upload.complete(WriteCondition.none());

            assertThat(written.size()).isEqualTo(first.length + 17L);
            assertThat(stat("folder/big").etag()).isEqualTo(written.etag());
            assertThat(stat("folder/big").size()).isEqualTo(written.size());
        }

        ObjectStat object = stat("folder/big");
        assertThat(store.read(object, first.length - 1L, 3)).containsExactly(1, 2, 2);
        assertThat(store.read(object, 0, first.length)).isEqualTo(first);
    }

    @Test
    void partsComeInAnyOrderAndAPartGivenTwiceReplacesTheFirst() {
        try (MultipartUpload upload = store.startMultipart("big")) {
            upload.part(7, bytes("the end"));
            upload.part(3, filled(MultipartUpload.MIN_PART_BYTES, 9));
            upload.part(3, filled(MultipartUpload.MIN_PART_BYTES, 4));
            upload.complete(WriteCondition.none());
        }

        ObjectStat object = stat("big");
        assertThat(object.size()).isEqualTo(MultipartUpload.MIN_PART_BYTES + 7L);
        assertThat(store.read(object, MultipartUpload.MIN_PART_BYTES - 1L, 8)).isEqualTo(bytes("\u0004the end"));
    }

    @Test
    void anUploadNotCompletedLeavesNothing() {
        put("big", "what was there");
        try (MultipartUpload upload = store.startMultipart("big")) {
            upload.part(1, bytes("never seen"));
        }
        MultipartUpload aborted = store.startMultipart("big");
        aborted.part(1, bytes("never seen either"));
        aborted.abort();
        aborted.abort();

        assertThat(text("big")).isEqualTo("what was there");
        assertThat(keys("")).containsExactly("big");
    }

    @Test
    void anUploadThatEndedTakesNoMore() {
        MultipartUpload completed = store.startMultipart("a");
        completed.part(1, bytes("x"));
        completed.complete(WriteCondition.none());
        MultipartUpload aborted = store.startMultipart("b");
        aborted.abort();

        for (MultipartUpload ended : List.of(completed, aborted)) {
            assertThatThrownBy(() -> ended.part(2, bytes("y"))).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> ended.complete(WriteCondition.none())).isInstanceOf(IllegalStateException.class);
            assertThatCode(ended::close).doesNotThrowAnyException();
        }

        assertThat(text("a")).isEqualTo("x");
    }

    @Test
    void aPartTooSmallOrMissingIsRefusedOnCompletionAndMayBeMended() {
        try (MultipartUpload upload = store.startMultipart("a")) {
            assertThatThrownBy(() -> upload.complete(WriteCondition.none())).isInstanceOf(IllegalStateException.class);
            upload.part(1, bytes("too small"));
            upload.part(2, bytes("the last may be small"));
            assertThatThrownBy(() -> upload.complete(WriteCondition.none()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("part 1 has 9 bytes");
            assertThat(store.head("a")).isEmpty();

            upload.part(1, filled(MultipartUpload.MIN_PART_BYTES, 1));
            upload.complete(WriteCondition.none());
        }

        assertThat(stat("a").size()).isEqualTo(MultipartUpload.MIN_PART_BYTES + 21L);
    }

    @Test
    void partNumbersOutsideTheRangeAreRefused() {
        try (MultipartUpload upload = store.startMultipart("a")) {
            assertThatThrownBy(() -> upload.part(0, bytes("x"))).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> upload.part(10_001, bytes("x"))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aWriterStoresSmallAndLargeObjectsAlike() {
        byte[] large = filled(2 * MultipartUpload.MIN_PART_BYTES + 3, 5);
        for (byte[] content : List.of(new byte[0], bytes("small"), large)) {
            String key = "written/" + content.length;
            try (ObjectWriter writer =
                    ObjectWriter.open(store, key, WriteCondition.none(), MultipartUpload.MIN_PART_BYTES)) {
                for (int from = 0; from < content.length; from += 999_983) {
                    writer.write(content, from, Math.min(999_983, content.length - from));
                }

                ObjectStat written = writer.commit();

                assertThat(written.size()).isEqualTo(content.length);
            }

            assertThat(store.get(key).orElseThrow().content()).isEqualTo(content);
        }
    }

    // Conditions

    @Test
    void putIfAbsentCreatesOnceAndKeepsWhatIsThere() {
        if (refuses(Capability.PUT_IF_ABSENT, () -> putIf("slot", "first", WriteCondition.ifAbsent()))) {
            return;
        }

        assertThatThrownBy(() -> putIf("slot", "second", WriteCondition.ifAbsent()))
                .isInstanceOf(PreconditionFailedException.class);
        assertThat(text("slot")).isEqualTo("first");

        store.delete("slot");
        putIf("slot", "third", WriteCondition.ifAbsent());
        assertThat(text("slot")).isEqualTo("third");
    }

    @Test
    void ofRacingWritersThatPutIfAbsentExactlyOneWins() {
        if (!store.capabilities().contains(Capability.PUT_IF_ABSENT)) {
            return;
        }

        for (int round = 0; round < ROUNDS; round++) {
            String key = "log/" + round;

            List<Boolean> won =
                    Race.of(RACERS, racer -> succeeds(() -> putIf(key, "writer " + racer, WriteCondition.ifAbsent())));

            assertThat(Collections.frequency(won, true))
                    .as("winners in round " + round)
                    .isEqualTo(1);
            assertThat(text(key)).isEqualTo("writer " + won.indexOf(true));
        }
    }

    @Test
    void putIfMatchReplacesOnlyTheVersionItNames() {
        ETag first = put("head", "one").etag();
        if (refuses(Capability.PUT_IF_MATCH, () -> putIf("head", "two", WriteCondition.ifMatch(first)))) {
            assertThat(text("head")).isEqualTo("one");
            return;
        }

        assertThat(text("head")).isEqualTo("two");
        assertThatThrownBy(() -> putIf("head", "three", WriteCondition.ifMatch(first)))
                .isInstanceOf(PreconditionFailedException.class);
        assertThat(text("head")).isEqualTo("two");
        assertThatThrownBy(() -> putIf("absent", "x", WriteCondition.ifMatch(first)))
                .isInstanceOf(ObjectNotFoundException.class);
        assertThat(store.head("absent")).isEmpty();
    }

    @Test
    void aCounterKeptByPutIfMatchLosesNoCount() {
        if (!store.capabilities().contains(Capability.PUT_IF_MATCH_ATOMIC)) {
            return;
        }

        put("counter", "0");

        Race.of(RACERS, racer -> {
            for (int i = 0; i < 5; i++) {
                boolean counted = false;
                while (!counted) {
                    StoredObject now = store.get("counter").orElseThrow();
                    int next = Integer.parseInt(now.text()) + 1;
                    counted = succeeds(() -> putIf(
                            "counter",
                            Integer.toString(next),
                            WriteCondition.ifMatch(now.stat().etag())));
                }
            }

            return racer;
        });

        assertThat(text("counter")).isEqualTo(Integer.toString(RACERS * 5));
    }

    @Test
    void anUploadInPartsMayDependOnTheKeyBeingAbsent() {
        put("there", "old");
        if (refuses(Capability.MULTIPART_CONDITIONAL, () -> upload("fresh", "new", WriteCondition.ifAbsent()))) {
            assertThat(store.head("fresh")).isEmpty();
            return;
        }

        assertThat(text("fresh")).isEqualTo("new");
        assertThatThrownBy(() -> upload("there", "new", WriteCondition.ifAbsent()))
                .isInstanceOf(PreconditionFailedException.class);
        assertThat(text("there")).isEqualTo("old");
    }

    @Test
    void ofRacingUploadsThatDependOnTheKeyBeingAbsentExactlyOneWins() {
        if (!store.capabilities().contains(Capability.MULTIPART_CONDITIONAL)) {
            return;
        }

        for (int round = 0; round < ROUNDS; round++) {
            String key = "generation/" + round;

            List<Boolean> won =
                    Race.of(RACERS, racer -> succeeds(() -> upload(key, "writer " + racer, WriteCondition.ifAbsent())));

            assertThat(Collections.frequency(won, true))
                    .as("winners in round " + round)
                    .isEqualTo(1);
            assertThat(text(key)).isEqualTo("writer " + won.indexOf(true));
        }
    }

    @Test
    void deleteIfMatchDeletesOnlyTheVersionItNames() {
        ETag first = put("a", "one").etag();
        ETag second = put("a", "two").etag();
        if (refuses(
                Capability.DELETE_IF_MATCH,
                () -> store.deleteIfMatch("b", put("b", "three").etag()))) {
            assertThat(text("b")).isEqualTo("three");
            return;
        }

        assertThat(store.head("b")).isEmpty();
        assertThatThrownBy(() -> store.deleteIfMatch("a", first)).isInstanceOf(PreconditionFailedException.class);
        assertThat(text("a")).isEqualTo("two");
        store.deleteIfMatch("a", second);
        assertThat(store.head("a")).isEmpty();
        assertThatThrownBy(() -> store.deleteIfMatch("a", second)).isInstanceOf(ObjectNotFoundException.class);
    }

    @Test
    void uploadsThatWereBegunAndNotEndedAreListedAndMayBeAborted() {
        try (MultipartUpload open = store.startMultipart("out/a");
                MultipartUpload elsewhere = store.startMultipart("other/b")) {
            open.part(1, bytes("content"));
            elsewhere.part(1, bytes("content"));
            List<OpenUpload> found = new ArrayList<>();
            if (refuses(Capability.LIST_UPLOADS, () -> found.addAll(store.openUploads("out/")))) {
                return;
            }

            assertThat(found).extracting(OpenUpload::key).containsExactly("out/a");
            assertThat(found.get(0).started())
                    .isBetween(
                            store.now().minus(CLOCK_TOLERANCE.multipliedBy(30)),
                            store.now().plus(CLOCK_TOLERANCE));

            store.abortUpload(found.get(0));
            store.abortUpload(found.get(0));

            assertThat(store.openUploads("out/")).isEmpty();
            assertThat(store.openUploads("")).extracting(OpenUpload::key).containsExactly("other/b");
            assertThatThrownBy(() -> open.complete(WriteCondition.none())).isInstanceOf(ObjectNotFoundException.class);
            assertThat(store.head("out/a")).isEmpty();
            elsewhere.complete(WriteCondition.none());
        }
        assertThat(store.openUploads("")).isEmpty();
        assertThat(text("other/b")).isEqualTo("content");
    }

    @Test
    void tagsStandBesideAnObjectUntilItIsWrittenAnew() {
        ObjectStat before = put("a", "one");
        if (refuses(Capability.OBJECT_TAGS, () -> store.setTags("a", Map.of("state", "retired", "team", "x")))) {
            return;
        }

        assertThat(store.tags("a")).isEqualTo(Map.of("state", "retired", "team", "x"));
        assertThat(stat("a").etag()).isEqualTo(before.etag());
        store.setTags("a", Map.of("team", "x"));
        assertThat(store.tags("a")).isEqualTo(Map.of("team", "x"));
        put("a", "two");
        assertThat(store.tags("a")).isEmpty();
        assertThatThrownBy(() -> store.tags("absent")).isInstanceOf(ObjectNotFoundException.class);
        assertThatThrownBy(() -> store.setTags("absent", Map.of())).isInstanceOf(ObjectNotFoundException.class);
    }

    @Test
    void theProbeFindsThatTheStoreKeepsItsWord() {
        var probe = new ConditionalWriteProbe(store);

        probe.verify("control/", Set.of());
        probe.verify("control/", store.capabilities());

        assertThat(keys("")).containsExactly("control/" + ConditionalWriteProbe.PROBE_NAME);
    }

    // Words of the tests above

    private ObjectStat put(String key, String text) {
        return putIf(key, text, WriteCondition.none());
    }

    private ObjectStat putIf(String key, String text, WriteCondition condition) {
        return store.put(key, bytes(text), condition);
    }

    private ObjectStat upload(String key, String text, WriteCondition condition) {
        try (MultipartUpload upload = store.startMultipart(key)) {
            upload.part(1, bytes(text));
            return upload.complete(condition);
        }
    }

    /** Any failure counts as a refusal here: servers differ in how they word it. */
    private Optional<ObjectStat> putUnlessRefused(String key) {
        try {
            return Optional.of(put(key, "content of " + key));
        } catch (RuntimeException refused) {
            return Optional.empty();
        }
    }

    private Optional<String> textUnlessRefused(String key) {
        try {
            return Optional.of(text(key));
        } catch (StoreException refused) {
            return Optional.empty();
        }
    }

    /** Runs the action; true if the store does not declare the capability and, as it must then, refuses. */
    private boolean refuses(Capability capability, Runnable action) {
        if (store.capabilities().contains(capability)) {
            action.run();
            return false;
        }

        assertThatThrownBy(action::run).isInstanceOf(UnsupportedOperationException.class);
        return true;
    }

    private static boolean succeeds(Runnable write) {
        try {
            write.run();
            return true;
        } catch (PreconditionFailedException | WriteConflictException lost) {
            return false;
        }
    }

    private String text(String key) {
        return store.get(key).orElseThrow().text();
    }

    private ObjectStat stat(String key) {
        return store.head(key).orElseThrow();
    }

    /** As a listing tells it, so without a version id, which would pin an overwritten version. */
    private ObjectStat onlyObject() {
        List<ObjectStat> all = store.listAll("").toList();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private List<String> keys(String prefix) {
        return store.listAll(prefix).map(ObjectStat::key).toList();
    }

    private List<String> page(ListRequest request) {
        return store.list(request).objects().stream().map(ObjectStat::key).toList();
    }

    private List<ListPage> pages(ListRequest first) {
        var pages = new ArrayList<ListPage>();
        @Nullable ListRequest next = first;
        while (next != null) {
            ListRequest current = next;
            ListPage page = store.list(current);
            pages.add(page);
            next = page.next().map(current::after).orElse(null);
            assertThat(pages).as("pages without end").hasSizeLessThan(1000);
        }

        return pages;
    }

    private static List<String> names(ListPage page) {
        var names = new ArrayList<>(page.commonPrefixes());
        page.objects().forEach(object -> names.add(object.key()));
        names.sort(ObjectKeys.order());
        return names;
    }

    private static Optional<String> problem(StoredObject object, int size) {
        byte[] content = object.content();
        boolean whole = content.length == size && Arrays.equals(content, filled(size, content[0]));
        return whole ? Optional.empty() : Optional.of(content.length + " bytes, not all alike");
    }

    private static byte[] filled(int size, int value) {
        var bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
