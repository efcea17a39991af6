package io.convergence.raw;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.WriteCondition;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class LandingZoneTest {
    private static final TableId ORDERS = TableId.of("public", "orders");

    private final InMemoryObjectStore store =
            new InMemoryObjectStore(InstantSource.fixed(Instant.parse("2024-06-12T11:00:00Z")));

    @Test
    void filesAreListedByTableLoadsFirstThenByTime() {
        put("public/orders/2024/06/12/20240612-103125108.parquet");
        put("public/orders/2023/12/31/20231231-103125108.parquet");
        put("public/orders/LOAD00000002.parquet");
        put("public/orders/LOAD00000001.parquet");
        put("public/orders_old/LOAD00000001.parquet");
        put("public/orders/readme.txt");
        put("dmslogs/awsdms_status/LOAD00000001.csv");

        RawListing listing = LandingZone.scan(store, "", RawLayout.detect());

        assertThat(listing.files(ORDERS))
                .extracting(RawFile::key)
                .containsExactly(
                        "public/orders/LOAD00000001.parquet",
                        "public/orders/LOAD00000002.parquet",
                        "public/orders/2023/12/31/20231231-103125108.parquet",
                        "public/orders/2024/06/12/20240612-103125108.parquet");
        assertThat(listing.tables()).hasSize(2);
        assertThat(listing.files()).isEqualTo(5);
        assertThat(listing.controls()).isEqualTo(1);
        assertThat(listing.foreign()).isEqualTo(1);
        assertThat(listing.findings()).extracting(Finding::path).containsExactly("public/orders/readme.txt");
    }

    @Test
    void folderNameWithoutSlashDoesNotMatchItsNeighbours() {
        put("public/orders/LOAD00000001.parquet");
        put("public/orders_old/LOAD00000001.parquet");

        RawListing listing = LandingZone.scan(store, "public/orders", RawLayout.detect());

        assertThat(listing.tables().keySet()).containsExactly(ORDERS);
    }

    @Test
    void oneObjectIsFoundByItsKey() {
        put("public/orders/LOAD00000001.parquet");
        put("public/orders/LOAD00000002.parquet");

        RawListing listing = LandingZone.scan(store, "public/orders/LOAD00000001.parquet", RawLayout.detect());

        assertThat(listing.files(ORDERS)).hasSize(1);
    }

    @Test
    void manyForeignObjectsAreCountedAndTheFirstReported() {
        for (int i = 0; i < LandingZone.REPORTED_FOREIGN_OBJECTS + 5; i++) {
            put("logs/" + i + ".txt");
        }

        RawListing listing = LandingZone.scan(store, "", RawLayout.detect());

        assertThat(listing.foreign()).isEqualTo(105);
        assertThat(listing.findings()).hasSize(101);
        assertThat(listing.findings().get(100).message()).startsWith("105 objects are not read");
    }

    private void put(String key) {
        store.put(key, new byte[] {1}, WriteCondition.none());
    }
}
