/**
 * A room beside the stages: looks at files that are already there, reads only, and says what it finds. In: one file, or
 * a landing zone of unknown settings. Out: {@link io.convergence.audit.FileInspection} and {@link
 * io.convergence.audit.LandingZoneReport}. Uses {@code raw} and {@code change}; no stage uses it. First class to read:
 * {@link io.convergence.audit.LandingZoneAudit}.
 */
@NullMarked
package io.convergence.audit;

import org.jspecify.annotations.NullMarked;
