package adfer.mesh;

import adfer.kernel.SiteId;

import java.time.Instant;

/**
 * What the matrix of one moment says of a site, before it is known whether it lasts.
 *
 * @param sentence the reasons; holds no times, so that it changes only when the reasons do
 */
public record Finding(SiteVerdict.Status status, SiteVerdict.Diagnosis diagnosis, String sentence) {
    SiteVerdict since(SiteId site, Instant since) {
        return new SiteVerdict(site, status, diagnosis, sentence, since);
    }

    boolean sameAs(SiteVerdict verdict) {
        return equals(new Finding(verdict.status(), verdict.diagnosis(), verdict.sentence()));
    }
}
