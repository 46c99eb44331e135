// A process's wall clock and disk, made wrong from outside: preloaded into a node, it reads two numbers from the file
// $ADFER_SHIM, mapped into memory: nanoseconds to add to the wall clock, and microseconds that each sync to disk takes longer.
// Steady clocks are left alone, since no fault of a real machine steps them either.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static struct { volatile long long clock_nanos; volatile long long sync_micros; } none, *wrong = &none;

__attribute__((constructor)) static void open_control(void) {
    const char *name = getenv("ADFER_SHIM");
    int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *mapped = mmap(0, sizeof none, PROT_READ, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) wrong = mapped;
    close(file);
}

#define REAL(name) ({ static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name); real; })

int clock_gettime(clockid_t id, struct timespec *now) {
    int status = REAL(clock_gettime)(id, now);
    if (status == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) {
        long long nanos = now->tv_sec * 1000000000LL + now->tv_nsec + wrong->clock_nanos;
        now->tv_sec = nanos / 1000000000LL;
        now->tv_nsec = nanos % 1000000000LL;
    }
    return status;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec exact;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &exact) != 0) return -1;
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *now) {
    struct timespec exact;
    if (clock_gettime(CLOCK_REALTIME, &exact) != 0) return -1;
    if (now) *now = exact.tv_sec;
    return exact.tv_sec;
}

static void drag(void) {
    if (wrong->sync_micros > 0) usleep((useconds_t)wrong->sync_micros);
}

int fsync(int file) { drag(); return REAL(fsync)(file); }
int fdatasync(int file) { drag(); return REAL(fdatasync)(file); }
