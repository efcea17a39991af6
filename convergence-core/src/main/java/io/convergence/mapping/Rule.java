package io.convergence.mapping;

import java.util.Map;

/**
 * One rule of a table-mapping document. Ids and names are texts as they were written; DMS wants ids to be unique numbers and
 * names to be unique and alphanumeric, which {@link TableMappings#validate()} checks. Immutable and thread-safe.
 */
public sealed interface Rule
        permits SelectionRule,
                TransformationRule,
                TableSettingsRule,
                ObjectMappingRule,
                PostProcessingRule,
                ValidationRule,
                UnmodelledRule {
    /** The {@code rule-id}; empty if the document gives none. */
    String id();

    /** The {@code rule-name}; empty if the document gives none. */
    String name();

    /** Which objects of the source the rule is about. */
    ObjectLocator locator();

    /** What else the rule holds: JSON text by key, kept as it was read. */
    Map<String, String> otherKeys();

    /** The same rule under another id. */
    Rule withId(String newId);

    /** The same rule under another name. */
    Rule withName(String newName);
}
