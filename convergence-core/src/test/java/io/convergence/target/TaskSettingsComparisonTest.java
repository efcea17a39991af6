package io.convergence.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TaskSettingsComparisonTest {
    private static final TaskSettings SENT = TaskSettings.parse("""
            {"Logging":{"EnableLogging":true,"LogComponents":[{"Id":"TARGET_LOAD","Severity":"LOGGER_SEVERITY_DEBUG"},{"Id":"IO","Severity":"LOGGER_SEVERITY_DEFAULT"}]},
             "FullLoadSettings":{"CommitRate":"20000"},"Vendor":{"Key":1,"Null":null}}
            """);

    @Test
    void whatTheServiceAddsIsNoDifference() {
        TaskSettings reported = TaskSettings.parse("""
                {"Logging":{"EnableLogging":true,"EnableLogContext":false,"CloudWatchLogGroup":"dms-tasks","CloudWatchLogStream":"dms-task-1",
                   "LogComponents":[{"Severity":"LOGGER_SEVERITY_DEFAULT","Id":"SORTER"},{"Id":"TARGET_LOAD","Severity":"LOGGER_SEVERITY_DEBUG"}]},
                 "FullLoadSettings":{"CommitRate":20000,"MaxFullLoadSubTasks":8,"TargetTablePrepMode":"DO_NOTHING"},
                 "TargetMetadata":{"LobChunkSize":0,"ParallelLoadBufferSize":0,"LobMaxSize":32},"ErrorBehavior":{"FailOnNoTablesCaptured":false},
                 "ControlTablesSettings":{"historyTimeslotInMinutes":5,"HistoryTimeslotInMinutes":5},"TTSettings":null,"BeforeImageSettings":null,
                 "Vendor":{"Key":"1"}}
                """);

        assertThat(SENT.compare(reported)).isEmpty();
        assertThat(reported.compare(SENT)).isEmpty();
        assertThat(SENT.compare(SENT)).isEmpty();
    }

    @Test
    void whatIsDifferentReadsInBothDirections() {
        TaskSettings other = TaskSettings.parse("""
                {"Logging":{"EnableLogging":false,"LogComponents":[]},"FullLoadSettings":{"CommitRate":10000,"MaxFullLoadSubTasks":16},
                 "TargetMetadata":{"TargetSchema":"x"},"Vendor":{"Other":[1]}}
                """);

        assertThat(texts(SENT.compare(other)))
                .containsExactly(
                        "TargetMetadata.TargetSchema: not set (DMS's default is empty) here, x there",
                        "FullLoadSettings.MaxFullLoadSubTasks: not set (DMS's default is 8) here, 16 there",
                        "FullLoadSettings.CommitRate: 20000 here, 10000 there",
                        "Logging.EnableLogging: true here, false there",
                        "Logging.LogComponents: [{\"Id\":\"IO\",\"Severity\":\"LOGGER_SEVERITY_DEFAULT\"},{\"Id\":\"TARGET_LOAD\",\"Severity\":\"LOGGER_SEVERITY_DEBUG\"}] here, [] there",
                        "Vendor.Key: 1 here, not set there",
                        "Vendor.Other: not set here, [1] there");
        assertThat(other.compare(SENT))
                .hasSize(7)
                .allSatisfy(difference -> assertThat(SENT.compare(other))
                        .contains(new TaskSettingDifference(difference.path(), difference.there(), difference.here())));
    }

    @Test
    void twoValuesThatBothCountAsDefaultsDifferIfBothAreSet() {
        TaskSettings off = TaskSettings.parse("{\"ErrorBehavior\":{\"FailOnNoTablesCaptured\":false}}");
        TaskSettings on = TaskSettings.parse("{\"ErrorBehavior\":{\"FailOnNoTablesCaptured\":true}}");

        assertThat(texts(off.compare(on)))
                .containsExactly("ErrorBehavior.FailOnNoTablesCaptured: false here, true there");
        assertThat(off.compare(TaskSettings.parse("{}"))).isEmpty();
        assertThat(on.compare(TaskSettings.parse("{}"))).isEmpty();
    }

    private static List<String> texts(List<TaskSettingDifference> differences) {
        return differences.stream().map(TaskSettingDifference::toString).toList();
    }
}
