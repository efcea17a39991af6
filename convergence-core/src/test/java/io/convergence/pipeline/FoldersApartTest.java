package io.convergence.pipeline;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.raw.RawLayout;
import io.convergence.store.LocalObjectStore;
import io.convergence.target.RowShape;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rule L4: control and output folders and the folder DMS writes to lie apart, whatever store they are seen through. */
class FoldersApartTest {
    private static final TableId ORDERS = TableId.of("public", "orders");

    @TempDir
    private Path folder;

    private Convergence build(String raw, String lake) {
        return Convergence.builder()
                .store(LocalObjectStore.create(folder.resolve(raw)))
                .lake(LocalObjectStore.create(folder.resolve(lake)))
                .layout(RawLayout.detect(ORDERS))
                .controlPrefix("control")
                .outputPrefix("")
                .table(ORDERS, RowShape.plain())
                .build();
    }

    @Test
    @DisplayName("L4: a lake whose output folder is the landing zone, or holds it, is refused")
    void landingZoneInAnOutputFolderIsRefused() {
        assertThatThrownBy(() -> build("data/compacted", "data"))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("its folder '" + folder.resolve("data/compacted/") + "/'")
                .hasMessageContaining("lie within each other");
        assertThatThrownBy(() -> build("data/control/raw", "data")).isInstanceOf(PipelineException.class);
        assertThatThrownBy(() -> build("data/tables", "data")).isInstanceOf(PipelineException.class);
    }

    @Test
    @DisplayName("L4: a lake inside the landing zone is refused")
    void lakeInsideTheLandingZoneIsRefused() {
        assertThatThrownBy(() -> build("data", "data/lake")).isInstanceOf(PipelineException.class);
        assertThatThrownBy(() -> build("data", "data")).isInstanceOf(PipelineException.class);
    }

    @Test
    @DisplayName("L4: a landing zone beside the lake's folders is taken")
    void foldersBesideEachOtherAreTaken() {
        assertThatCode(() -> build("data/raw", "data")).doesNotThrowAnyException();
        assertThatCode(() -> build("data", "data-lake")).doesNotThrowAnyException();
    }
}
