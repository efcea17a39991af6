package io.convergence.target;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Every setting of a task, in the order in which they are written. */
final class TaskSettingsTable {
    static final List<TaskSetting<?>> ALL = Stream.of(
                    TargetMetadata.ALL,
                    FullLoadSettings.ALL,
                    TimeTravelSettings.ALL,
                    LoggingSettings.ALL,
                    ControlTablesSettings.ALL,
                    StreamBufferSettings.ALL,
                    ChangeProcessingTuning.ALL,
                    ChangeProcessingDdlHandlingPolicy.ALL,
                    ErrorBehavior.ALL,
                    ValidationSettings.ALL,
                    ResyncSettings.ALL,
                    BeforeImageSettings.ALL,
                    CharacterSetSettings.ALL,
                    LoopbackPreventionSettings.ALL,
                    TopLevelSettings.ALL)
            .flatMap(List::stream)
            .toList();

    /** Seen in documents of the service or in public ones, and explained nowhere. */
    static final Set<String> UNDOCUMENTED = Set.of("PostProcessingRules", "Logging.EnableLogTruncation");

    /** Every section, and every section within one, by its path. */
    static final Set<String> SECTIONS = sections();

    private TaskSettingsTable() {}

    private static Set<String> sections() {
        Set<String> sections = new LinkedHashSet<>();
        for (TaskSetting<?> setting : ALL) {
            String section = setting.section();
            for (int dot = section.indexOf('.'); dot >= 0; dot = section.indexOf('.', dot + 1)) {
                sections.add(section.substring(0, dot));
            }
            if (!section.isEmpty()) {
                sections.add(section);
            }
        }
        return sections;
    }

    static Optional<TaskSetting<?>> first(Predicate<TaskSetting<?>> wanted) {
        return ALL.stream().filter(wanted).findFirst();
    }
}
