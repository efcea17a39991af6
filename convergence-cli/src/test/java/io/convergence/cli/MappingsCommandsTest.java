package io.convergence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mappings preview} and {@code mappings format}; {@code check} is among {@link CheckCommandsTest}. */
class MappingsCommandsTest {
    private static final String MAPPINGS = """
            {"rules":[
             {"rule-type":"selection","rule-id":1,"rule-name":"1","rule-action":"include","comment":"keep me",
              "object-locator":{"schema-name":"public","table-name":"orders"},
              "filters":[{"filter-type":"source","column-name":"id","filter-conditions":[{"filter-operator":"between","start-value":"1","end-value":"9"}]}]},
             {"rule-type":"selection","rule-id":"2","rule-name":"2","rule-action":"exclude",
              "object-locator":{"schema-name":"public","table-name":"staff"}},
             {"rule-type":"transformation","rule-id":"3","rule-name":"3","rule-target":"schema","rule-action":"rename","value":"sales",
              "object-locator":{"schema-name":"public"}},
             {"rule-type":"transformation","rule-id":"4","rule-name":"4","rule-target":"column","rule-action":"remove-column",
              "object-locator":{"schema-name":"public","table-name":"orders","column-name":"note"}},
             {"rule-type":"transformation","rule-id":"5","rule-name":"5","rule-target":"column","rule-action":"add-column","value":"dms_seq",
              "object-locator":{"schema-name":"public","table-name":"orders"},"expression":"$AR_H_CHANGE_SEQ","data-type":{"type":"string","length":50}},
             {"rule-type":"transformation","rule-id":"6","rule-name":"6","rule-target":"column","rule-action":"add-before-image-columns",
              "object-locator":{"schema-name":"public","table-name":"orders"},"before-image-def":{"column-prefix":"before_","column-suffix":"","column-filter":"pk-only"}},
             {"rule-type":"transformation","rule-id":"7","rule-name":"7","rule-target":"column","rule-action":"data-masking-hash-mask",
              "object-locator":{"schema-name":"public","table-name":"orders","column-name":"email"}},
             {"rule-type":"transformation","rule-id":"8","rule-name":"8","rule-target":"column","rule-action":"rename","value":"x",
              "object-locator":{"schema-name":"public","table-name":"orders","column-name":"emial"}}
            ]}
            """;

    @TempDir
    private Path folder;

    private Path mappings;
    private Path schema;

    @BeforeEach
    void files() throws IOException {
        mappings = Files.writeString(folder.resolve("mappings.json"), MAPPINGS);
        schema = Files.writeString(folder.resolve("schema.json"), """
                {"engine":"postgresql","tables":[
                 {"schema":"public","name":"orders","primaryKey":["id"],"columns":[
                  {"name":"id","type":"int8"},{"name":"email","type":"string(100)"},{"name":"note","type":"nclob"}]},
                 {"schema":"public","name":"staff","columns":[{"name":"id","type":"int8"}]},
                 {"schema":"audit","name":"log","columns":[{"name":"id","type":"int8"}]}]}
                """);
    }

    @Test
    void previewShowsWhatBecomesOfEachTableAndWhatEachRuleDoes() {
        Cli preview =
                Cli.run("mappings", "preview", mappings, "--schema", schema).succeeds();

        assertThat(preview.out()).startsWith("""
                public.orders -> sales.orders, by rule 1 (include public.orders)
                  id           int8
                  email        string(100)  masked by hash-mask
                  note         nclob        dropped
                  + dms_seq    string(50)   change sequence
                  + before_id               before-image
                  key: id
                  only rows where id between 1 and 9
                public.staff: not written, rule 2 (exclude public.staff)
                audit.log: not written, no rule is about it

                rule 1 (include public.orders): matches 1
                rule 2 (exclude public.staff): matches 1
                rule 3 (rename public): matches 1
                rule 4 (remove-column public.orders.note): matches 1
                rule 5 (add-column public.orders): matches 1
                rule 6 (add-before-image-columns public.orders): matches 1
                rule 7 (hash-mask public.orders.email): matches 1
                rule 8 (rename public.orders.emial): matches nothing

                """).contains("WARNING RULE_MATCHES_NOTHING\n  rules[7].object-locator: ");
    }

    @Test
    void previewAsJsonHasTheFieldsOfTheReference() {
        JsonNode preview = Cli.run("mappings", "preview", mappings, "--schema", schema, "--json")
                .succeeds()
                .json();

        JsonNode orders = preview.path("tables").path(0);
        assertThat(preview.path("tables").findValuesAsText("selected")).containsExactly("true", "false", "false");
        assertThat(orders.path("target").path("schema").asText()).isEqualTo("sales");
        assertThat(orders.path("columns").findValuesAsText("dropped")).containsExactly("false", "false", "true");
        assertThat(orders.path("columns").path(1).path("mask").asText()).isEqualTo("hash-mask");
        assertThat(orders.path("added").path(0).path("expression").asText()).isEqualTo("$AR_H_CHANGE_SEQ");
        assertThat(orders.path("beforeImages").path(0).asText()).isEqualTo("before_id");
        assertThat(orders.path("primaryKey").path(0).asText()).isEqualTo("id");
        assertThat(orders.path("filters")
                        .path(0)
                        .path("conditions")
                        .path(0)
                        .path("endValue")
                        .asText())
                .isEqualTo("9");
        assertThat(preview.path("rules")).hasSize(8);
        assertThat(preview.path("rules").path(7).path("matched")).isEmpty();
        assertThat(preview.path("findings").findValuesAsText("code")).contains("RULE_MATCHES_NOTHING", "UNKNOWN_KEY");
    }

    @Test
    void previewTakesOneOfItsDocumentsFromStdin() {
        Cli file = Cli.run("mappings", "preview", mappings, "--schema", schema, "--json");
        Cli piped = Cli.piped(MAPPINGS, "mappings", "preview", "-", "--schema", schema, "--json")
                .succeeds();

        assertThat(piped.out()).isEqualTo(file.out().replace(mappings.toString(), "stdin"));
        Cli.piped(MAPPINGS, "mappings", "preview", "-", "--schema", "-")
                .fails(ExitCode.USAGE, "Cannot read both mappings and schema from stdin. Give one of them as a file.");
    }

    @Test
    void previewOfMappingsWithErrorsShowsThemToo() throws IOException {
        Files.writeString(mappings, MAPPINGS.replace("\"include\"", "\"incluse\""));

        Cli preview =
                Cli.run("mappings", "preview", mappings, "--schema", schema).endsWith(ExitCode.DATA);
        Cli broken = Cli.piped("{", "mappings", "preview", "-", "--schema", schema, "--json")
                .endsWith(ExitCode.DATA);

        assertThat(preview.out()).contains("public.orders: not written", "ERROR ");
        assertThat(broken.json().path("findings").path(0).path("code").asText()).isEqualTo("NOT_JSON");
    }

    @Test
    void previewNeedsASchemaThatCanBeRead() {
        Cli.run("mappings", "preview", mappings)
                .fails(
                        ExitCode.USAGE,
                        "Missing required option: '--schema=SCHEMA.json'. See convergence mappings preview --help.");
        Cli.run("mappings", "preview", mappings, "--schema", mappings)
                .fails(
                        ExitCode.USAGE,
                        "Cannot read source schema at $: the name 'rules' is not known. Use engine, tables.");
    }

    @Test
    void formatIsStableAndLosesNothing() throws IOException {
        Cli once = Cli.run("mappings", "format", mappings).succeeds();
        Cli twice = Cli.piped(once.out(), "mappings", "format", "-").succeeds();

        assertThat(twice.out()).isEqualTo(once.out());
        assertThat(once.out())
                .contains("\"comment\" : \"keep me\"", "\"rule-id\" : \"1\"")
                .endsWith("}\n");
        assertThat(Files.readString(mappings)).isEqualTo(MAPPINGS);
    }

    @Test
    void formatWritesTheFileOnlyWhenAsked() throws IOException {
        Cli printed = Cli.run("mappings", "format", mappings);

        Cli written = Cli.run("mappings", "format", "--write", mappings).succeeds();
        Cli again = Cli.run("mappings", "format", "--write", mappings).succeeds();

        assertThat(written.lines()).containsExactly(mappings + ": formatted");
        assertThat(again.lines()).containsExactly(mappings + ": formatted already");
        assertThat(Files.readString(mappings)).isEqualTo(printed.out());
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactlyInAnyOrder(mappings, schema);
        }
    }

    @Test
    void formatLeavesAloneWhatItCannotRead() throws IOException {
        Files.writeString(mappings, "{\"rules\":[}");

        Cli.run("mappings", "format", "--write", mappings).endsWith(ExitCode.DATA);
        Cli.run("mappings", "format", "--write", schema)
                .fails(
                        ExitCode.DATA,
                        "Cannot use '" + schema
                                + "': ERROR NOT_READABLE at $: Cannot read table mappings: at rules there is nothing, not an array. Give one object {\"rules\":[...]}.");
        Cli.run("mappings", "format", "--write", "-")
                .fails(ExitCode.USAGE, "Cannot write to stdin. Leave out --write; the result goes to stdout.");

        assertThat(Files.readString(mappings)).isEqualTo("{\"rules\":[}");
    }

    @Test
    void helpSuffices() {
        assertThat(Cli.run("mappings", "--help").succeeds().out()).contains("check ", "preview ", "format ");
        assertThat(Cli.run("mappings", "preview", "--help").succeeds().out())
                .contains("--schema=SCHEMA.json", "--json", "--view=SCHEMA.VIEW", "--ignore-case", "Exit code:");
        assertThat(Cli.run("mappings", "format", "--help").succeeds().out()).contains("--write", "Exit code:");
    }
}
