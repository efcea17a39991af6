package io.convergence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the contract of all stores does not say; that one is passed in the testkit. */
class LocalObjectStoreTest {
    @TempDir
    private Path temp;

    @Test
    void filesThatOthersPutThereListAndReadNormally() throws IOException {
        Path folder = Files.createDirectories(temp.resolve("sales/orders/2026/11/23"));
        Files.writeString(folder.resolve("LOAD00000001.parquet"), "first");
        Files.writeString(folder.resolve("20261123-101112123.parquet"), "second");

        LocalObjectStore store = LocalObjectStore.open(temp);

        List<ObjectStat> found = store.listAll("sales/").toList();
        assertThat(found)
                .extracting(ObjectStat::key)
                .containsExactly(
                        "sales/orders/2026/11/23/20261123-101112123.parquet",
                        "sales/orders/2026/11/23/LOAD00000001.parquet");
        assertThat(store.read(found.get(1), 1, 3)).isEqualTo(bytes("irs"));
        assertThat(store.list(ListRequest.of("").delimiter("/")).commonPrefixes())
                .containsExactly("sales/");
    }

    @Test
    void readingLeavesNoTrace() throws IOException {
        Files.writeString(temp.resolve("a"), "x");
        LocalObjectStore store = LocalObjectStore.open(temp);

        store.listAll("").forEach(object -> store.read(object, 0, 1));
        store.get("a");
        store.delete("absent");

        try (Stream<Path> all = Files.walk(temp)) {
            assertThat(all).containsExactlyInAnyOrder(temp, temp.resolve("a"));
        }
    }

    @Test
    void anOverwriteInPlaceOfEqualSizeIsSeenEvenIfTheModificationTimeIsPutBack() throws IOException {
        LocalObjectStore store = LocalObjectStore.create(temp);
        store.put("a", bytes("old content"), WriteCondition.none());
        ObjectStat old = store.head("a").orElseThrow();
        FileTime modified = Files.getLastModifiedTime(temp.resolve("a"));

        Files.writeString(temp.resolve("a"), "new content", StandardOpenOption.WRITE);
        Files.setLastModifiedTime(temp.resolve("a"), modified);

        assertThat(store.head("a").orElseThrow().lastModified()).isEqualTo(old.lastModified());
        assertThat(store.head("a").orElseThrow().etag()).isNotEqualTo(old.etag());
        assertThatThrownBy(() -> store.read(old, 0, 3)).isInstanceOf(PreconditionFailedException.class);
    }

    @Test
    void manyOverwritesWithinATickOfTheClockAreAllSeen() {
        LocalObjectStore store = LocalObjectStore.create(temp);
        LocalObjectStore other = LocalObjectStore.open(temp);

        for (int i = 0; i < 50; i++) {
            ObjectStat written = store.put("a", bytes("content " + (i % 10)), WriteCondition.none());

            assertThat(other.head("a").orElseThrow().etag()).isEqualTo(written.etag());
            assertThat(other.get("a").orElseThrow().text()).isEqualTo("content " + (i % 10));
        }
    }

    @Test
    void anETagIsRememberedOnlyWhereEveryLaterChangeWouldShow() {
        Instant now = Instant.parse("2026-11-23T10:00:00Z");

        assertThat(identity(now.minusSeconds(4)).showsEveryChangeAfter(now)).isTrue();
        assertThat(identity(now.minusSeconds(2)).showsEveryChangeAfter(now)).isFalse();
        assertThat(identity(now.plusSeconds(60)).showsEveryChangeAfter(now)).isFalse();
        assertThat(new FileIdentity(true, 1, now.minus(Duration.ofDays(1)), null, 7L).showsEveryChangeAfter(now))
                .isFalse();
    }

    @Test
    void anOldFileReadsTheSameBeforeAndAfterItsETagIsRemembered() throws IOException {
        Path sources = Path.of("src/main/java/io/convergence/store").toAbsolutePath();
        assumeThat(sources).isDirectory();
        LocalObjectStore store = LocalObjectStore.open(sources);
        byte[] expected = Files.readAllBytes(sources.resolve("ObjectStore.java"));

        for (int i = 0; i < 3; i++) {
            ObjectStat found = store.head("ObjectStore.java").orElseThrow();
            assertThat(store.read(found, 10, 100)).isEqualTo(Arrays.copyOfRange(expected, 10, 110));
            assertThat(store.get("ObjectStore.java").orElseThrow().content()).isEqualTo(expected);
        }
    }

    @Test
    void keysThatCouldLeadOutOfTheFolderOrMeanAnotherFileAreRefused() {
        LocalObjectStore store = LocalObjectStore.create(temp.resolve("root"));
        List<String> bad = List.of(
                "../escape",
                "a/../../escape",
                "..",
                ".",
                "./a",
                "a/./b",
                "/etc/passwd",
                "//a",
                "a//b",
                "a/",
                "a\\..\\b",
                "nul\u0000byte",
                "line\nfeed",
                "delete\u007F",
                "x".repeat(256),
                ".convergence-work/put-1",
                "deep/.convergence-work/lock");

        for (String key : bad) {
            assertThatThrownBy(() -> store.put(key, bytes("x"), WriteCondition.none()))
                    .as(key)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("Cannot use object key '" + key + "' in file:");
            assertThatThrownBy(() -> store.head(key)).as(key).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> store.delete(key)).as(key).isInstanceOf(IllegalArgumentException.class);
            assertThat(store.list(ListRequest.of(key)).objects()).as(key).isEmpty();
        }

        assertThat(temp).isDirectoryContaining(path -> path.endsWith("root"));
        assertThat(temp.resolve("escape")).doesNotExist();
    }

    @Test
    void symbolicLinksAreRefusedNotFollowedAndNotSkipped() throws IOException {
        Path outside = Files.createDirectories(temp.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        Path root = Files.createDirectories(temp.resolve("root"));
        Files.createSymbolicLink(root.resolve("link"), outside);
        Files.createSymbolicLink(root.resolve("file"), outside.resolve("secret"));
        Files.createSymbolicLink(root.resolve("dangling"), outside.resolve("nothing"));
        LocalObjectStore store = LocalObjectStore.open(root);

        for (String key : List.of("link/secret", "link/new", "file", "dangling", "link")) {
            assertThatThrownBy(() -> store.head(key)).as(key).isInstanceOf(StoreAccessException.class);
            assertThatThrownBy(() -> store.get(key)).as(key).isInstanceOf(StoreAccessException.class);
            assertThatThrownBy(() -> store.delete(key)).as(key).isInstanceOf(StoreAccessException.class);
            assertThatThrownBy(() -> store.put(key, bytes("x"), WriteCondition.none()))
                    .as(key)
                    .isInstanceOf(StoreAccessException.class);
        }

        assertThatThrownBy(() -> store.list(ListRequest.of("link/"))).isInstanceOf(StoreAccessException.class);
        assertThatThrownBy(() -> store.list(ListRequest.of("")))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("it is a symbolic link, which could lead out of the folder");
        assertThat(outside).isDirectoryContaining("glob:**secret");
        assertThat(Files.list(outside)).hasSize(1);
    }

    @Test
    void theRootItselfMayBeALink() throws IOException {
        Path real = Files.createDirectories(temp.resolve("real"));
        Path link = Files.createSymbolicLink(temp.resolve("link"), real);

        LocalObjectStore.open(link).put("a", bytes("x"), WriteCondition.none());

        assertThat(real.resolve("a")).hasContent("x");
    }

    @Test
    void aFileThatNoKeyCanNameIsReportedNotSkipped() throws IOException {
        Files.writeString(temp.resolve("back\\slash"), "x");
        LocalObjectStore store = LocalObjectStore.open(temp);

        assertThatThrownBy(() -> store.list(ListRequest.of("")))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("so no key can name it. Rename it or move it away.");
    }

    @Test
    void unfinishedWritesAreNeverListed() throws IOException {
        LocalObjectStore store = LocalObjectStore.create(temp);
        MultipartUpload upload = store.startMultipart("a");
        upload.part(1, bytes("unfinished"));
        Files.writeString(temp.resolve(".convergence-work/put-of-a-killed-process"), "torn");

        assertThat(store.listAll("")).isEmpty();
        assertThat(store.list(ListRequest.of("").delimiter("/")).commonPrefixes())
                .isEmpty();
        assertThat(store.list(ListRequest.of(".conv")).objects()).isEmpty();
    }

    @Test
    void finishedAndFailedWritesLeaveNothingInTheWorkFolder() throws IOException {
        LocalObjectStore store = LocalObjectStore.create(temp);
        store.put("a", bytes("x"), WriteCondition.ifAbsent());
        assertThatThrownBy(() -> store.put("a", bytes("y"), WriteCondition.ifAbsent()))
                .isInstanceOf(PreconditionFailedException.class);
        try (MultipartUpload upload = store.startMultipart("a")) {
            upload.part(1, bytes("z"));
            assertThatThrownBy(() -> upload.complete(WriteCondition.ifAbsent()))
                    .isInstanceOf(PreconditionFailedException.class);
            upload.complete(WriteCondition.none());
        }

        try (Stream<Path> left = Files.list(temp.resolve(".convergence-work"))) {
            assertThat(left).containsExactly(temp.resolve(".convergence-work/lock"));
        }
    }

    @Test
    void aFileAndAFolderOfOneNameAreRefusedWithTheReason() {
        LocalObjectStore store = LocalObjectStore.create(temp);
        store.put("a/b", bytes("x"), WriteCondition.none());

        assertThatThrownBy(() -> store.put("a", bytes("y"), WriteCondition.none()))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("KEY_BESIDE_FOLDER");
        assertThatThrownBy(() -> store.put("a/b/c", bytes("y"), WriteCondition.ifAbsent()))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(store.head("a/b/c")).isEmpty();
        assertThat(store.get("a/b").orElseThrow().text()).isEqualTo("x");
    }

    @Test
    void deletingTheLastFileOfAFolderRemovesTheFolderAsS3HasNone() {
        LocalObjectStore store = LocalObjectStore.create(temp);
        store.put("a/b/c", bytes("x"), WriteCondition.none());
        store.put("a/d", bytes("x"), WriteCondition.none());

        store.delete("a/b/c");

        assertThat(temp.resolve("a/b")).doesNotExist();
        assertThat(temp.resolve("a/d")).exists();
    }

    @Test
    void aFolderThatDoesNotExistOrIsAFileIsNoStore() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "x");

        assertThatThrownBy(() -> LocalObjectStore.open(temp.resolve("none")))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("does not exist")
                .hasMessageEndingWith("Name an existing folder.");
        assertThatThrownBy(() -> LocalObjectStore.open(file))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("it is a file");
    }

    @Test
    void ofSeveralProcessesThatPutIfAbsentExactlyOneWinsAndNoCountIsLost() throws Exception {
        Path root = temp.resolve("root");
        LocalObjectStore store = LocalObjectStore.create(root);
        store.put("counter", bytes("0"), WriteCondition.none());
        var processes = new ArrayList<Process>();
        for (int i = 0; i < 3; i++) {
            processes.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx64m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            RacingProcess.class.getName(),
                            root.toString(),
                            "process " + i,
                            temp.resolve("created-" + i).toString())
                    .inheritIO()
                    .start());
        }

        int created = 0;
        for (int i = 0; i < 3; i++) {
            assertThat(processes.get(i).waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(processes.get(i).exitValue()).isZero();
            created += Integer.parseInt(Files.readString(temp.resolve("created-" + i)));
        }

        assertThat(created).isEqualTo(RacingProcess.KEYS);
        assertThat(store.listAll("log/")).hasSize(RacingProcess.KEYS);
        assertThat(store.get("counter").orElseThrow().text()).isEqualTo(Integer.toString(3 * RacingProcess.KEYS));
    }

    @Test
    void listingManyFilesReadsTheFolderOnceAndLooksAtEachFileAFixedNumberOfTimes() throws IOException {
        int files = 5_500;
        Path folder = Files.createDirectories(temp.resolve("raw/orders"));
        for (int i = 0; i < files; i++) {
            Files.createFile(folder.resolve("20261123-%09d.parquet".formatted(i)));
        }
        LocalObjectStore store = LocalObjectStore.open(temp);

        assertThat(store.listAll("raw/orders/")).hasSize(files);

        FileWork work = store.fileWork();
        assertThat(work.foldersRead().sum()).isEqualTo(1);
        // One look at what it is, one before and one after its content is read.
        assertThat(work.attributesRead().sum()).isEqualTo(3L * files);
        assertThat(work.digestsComputed().sum()).isEqualTo(files);
    }

    @Test
    void aPageCostsItsOwnFilesNotThoseBeforeOrAfterIt() throws IOException {
        for (int i = 0; i < 2_000; i++) {
            Files.createFile(temp.resolve("file-%04d".formatted(i)));
        }
        LocalObjectStore store = LocalObjectStore.open(temp);

        ListPage page = store.list(ListRequest.of("file-").after("file-1499").maxKeys(10));

        assertThat(page.objects())
                .extracting(ObjectStat::key)
                .startsWith("file-1500")
                .endsWith("file-1509")
                .hasSize(10);
        FileWork work = store.fileWork();
        assertThat(work.foldersRead().sum()).isEqualTo(1);
        assertThat(work.digestsComputed().sum()).isEqualTo(10);
        // Besides: file-1499 itself, which could be a folder, and the file that shows there is another page.
        assertThat(work.attributesRead().sum()).isLessThanOrEqualTo(3 * 10 + 2);
    }

    @Test
    void aStreamOfAllObjectsIsLazyAndSkipsWhatVanishesMeanwhile() throws IOException {
        for (String name : List.of("a", "b", "c/d", "c/e", "f")) {
            Path file = temp.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }
        LocalObjectStore store = LocalObjectStore.open(temp);
        Iterator<ObjectStat> objects = store.listAll("").iterator();

        assertThat(objects.next().key()).isEqualTo("a");
        assertThat(store.fileWork().digestsComputed().sum()).isEqualTo(1);
        store.delete("b");
        store.delete("c/d");
        store.put("c/g", bytes("new"), WriteCondition.none());

        assertThat(objects).toIterable().extracting(ObjectStat::key).containsExactly("c/e", "c/g", "f");
    }

    @Test
    void folderAndFileNamesAroundASlashAreOrderedByTheWholeKeysBytes() {
        LocalObjectStore store = LocalObjectStore.create(temp);
        List<String> keys =
                List.of("a!", "a-b/x", "a.c", "a/b/c", "a/b!", "a/z", "a0", "a\uE000/x", "a\uD83D\uDE00", "b", "ba/c");
        List<String> expected = keys.stream().sorted(ObjectKeys.order()).toList();
        expected.forEach(key -> store.put(key, bytes("x"), WriteCondition.none()));

        assertThat(store.listAll("").map(ObjectStat::key)).containsExactlyElementsOf(expected);
        for (int from = 0; from < expected.size(); from++) {
            String after = expected.get(from);
            assertThat(store.list(ListRequest.of("").after(after)).objects())
                    .as("after " + after)
                    .extracting(ObjectStat::key)
                    .containsExactlyElementsOf(expected.subList(from + 1, expected.size()));
        }
        assertThat(store.list(ListRequest.of("").after("a/")).objects())
                .extracting(ObjectStat::key)
                .startsWith("a/b!");
    }

    private static FileIdentity identity(Instant changed) {
        return new FileIdentity(true, 1, changed, changed, 7L);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
