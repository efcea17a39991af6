package io.convergence.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreLocationTest {
    @Test
    void prefixesOfOneStoreAreComparedAsTheyAre() {
        var store = new InMemoryObjectStore(InstantSource.system(), "s3://bucket");

        StoreLocation raw = StoreLocation.of(store, "raw");

        assertThat(raw).hasToString("s3://bucket/raw");
        assertThat(StoreLocation.of(store, "raw/a").isListedBy(raw)).isTrue();
        assertThat(StoreLocation.of(store, "raws/a").isListedBy(raw)).isTrue();
        assertThat(StoreLocation.of(store, "raws/a").isListedBy(raw.folder())).isFalse();
        assertThat(raw.isListedBy(StoreLocation.of(store, ""))).isTrue();
    }

    @Test
    void bucketWhoseNameStartsLikeAnotherIsAnotherPlace() {
        var one = new InMemoryObjectStore(InstantSource.system(), "s3://bucket");
        var other = new InMemoryObjectStore(InstantSource.system(), "s3://bucket-2");

        assertThat(StoreLocation.of(other, "a").isListedBy(StoreLocation.of(one, "")))
                .isFalse();
    }

    @Test
    void folderOpenedWithinAnotherLiesInIt(@TempDir Path folder) throws Exception {
        Path inner = Files.createDirectories(folder.resolve("with space/inner"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), inner);

        StoreLocation own = StoreLocation.of(LocalObjectStore.open(link), "a/");

        assertThat(own).isEqualTo(StoreLocation.of(LocalObjectStore.open(folder), "with space/inner/a/"));
        assertThat(own.isListedBy(StoreLocation.of(LocalObjectStore.open(folder), "with space/")))
                .isTrue();
        assertThat(own.isListedBy(StoreLocation.of(LocalObjectStore.open(folder), "link/")))
                .isFalse();
    }
}
