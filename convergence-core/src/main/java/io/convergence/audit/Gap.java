package io.convergence.audit;

import java.time.Duration;

/** Two files of changes that follow each other, and the time between their names. */
public record Gap(String before, String after, Duration length) {}
