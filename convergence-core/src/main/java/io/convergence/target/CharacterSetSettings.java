package io.convergence.target;

import java.util.List;
import java.util.stream.Stream;

/** Section {@code CharacterSetSettings}: characters to be replaced on the way to databases. Nothing for S3 targets. */
public final class CharacterSetSettings {
    private static final TaskSection SECTION = new TaskSection("CharacterSetSettings");
    private static final TaskSection SUPPORT = new TaskSection("CharacterSetSettings.CharacterSetSupport");

    public static final TaskSetting<List<CharacterReplacement>> CHARACTER_REPLACEMENTS = SECTION.add(
            new TaskSetting.Draft<>("CharacterReplacements", CharacterReplacement.TYPE, List.of()).notOnS3());

    /** E.g. {@code UTF16_PlatformEndian}. */
    public static final TaskSetting<String> CHARACTER_SET =
            SUPPORT.add(TaskSection.aText("CharacterSet").notOnS3());

    /** What replaces a character that the set lacks; 0 removes it. */
    public static final TaskSetting<Integer> REPLACE_WITH_CHARACTER_CODE_POINT =
            SUPPORT.add(TaskSection.aCount("ReplaceWithCharacterCodePoint", 0).notOnS3());

    static final List<TaskSetting<?>> ALL = Stream.of(SECTION, SUPPORT)
            .flatMap(section -> section.settings().stream())
            .toList();

    private CharacterSetSettings() {}
}
