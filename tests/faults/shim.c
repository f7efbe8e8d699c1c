/*
 * Stands between a program and its C library, loaded by LD_PRELOAD: records what goes to disk and to the network, makes calls
 * fail, ends the process at a step, and moves its clock. The test that loads it tells it what to do through a file that both
 * have mapped, so that it can be told something else while the program runs. `shim.rs` builds it.
 *
 * Only files below SMSCTL_SHIM_DIR count, and neither the index of SQLite's log, which no power loss outlives and no disk ever
 * has to hold, nor the ledgers and traces of the test itself.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* The words of the mapped file, in its order. */
struct control {
    uint64_t steps;       /* calls that count, so far */
    uint64_t kill_at;     /* the process ends before this step, the first being 1; 0: never */
    uint64_t tear;        /* a write that is to be the last is done by half first */
    uint64_t fail;        /* a bit for each kind of call that fails: see `enum kind` */
    uint64_t error;       /* with this errno */
    uint64_t per_million; /* so often */
    uint64_t seed;        /* of the generator that decides */
    uint64_t failed;      /* calls that were made to fail, so far */
    int64_t clock_s;      /* added to the clock of the day */
    uint64_t threads_max; /* threads that may be started; 0: as many as the system gives */
    uint64_t threads;     /* threads that were started */
    uint64_t two_kinds;   /* every name has two addresses, ::1 and then 127.0.0.1 */
};

enum kind { WRITE = 1, SYNC = 2, READ = 4, TRUNCATE = 8, OPEN = 16 };

static struct control nothing;
static struct control *control = &nothing;
static const char *directory;
static int trace = -1;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

/* Which descriptors are files that count. */
#define FILES_MAX 4096
static unsigned char counts[FILES_MAX];

#define REAL(result, name, ...) \
    static result (*real_##name)(__VA_ARGS__); \
    __attribute__((constructor(101))) static void find_##name(void) { \
        *(void **)&real_##name = dlsym(RTLD_NEXT, #name); \
    }

REAL(int, open64, const char *, int, ...)
REAL(int, openat64, int, const char *, int, ...)
REAL(int, close, int)
REAL(ssize_t, write, int, const void *, size_t)
REAL(ssize_t, writev, int, const struct iovec *, int)
REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t)
REAL(ssize_t, pread64, int, void *, size_t, off64_t)
REAL(int, fsync, int)
REAL(int, fdatasync, int)
REAL(int, fallocate64, int, int, off64_t, off64_t)
REAL(int, ftruncate64, int, off64_t)
REAL(int, unlink, const char *)
REAL(ssize_t, send, int, const void *, size_t, int)
REAL(ssize_t, recv, int, void *, size_t, int)
REAL(int, clock_gettime, clockid_t, struct timespec *)
REAL(int, gettimeofday, struct timeval *, void *)
REAL(int, getaddrinfo, const char *, const char *, const struct addrinfo *, struct addrinfo **)
REAL(int, pthread_create, pthread_t *, const pthread_attr_t *, void *(*)(void *), void *)

__attribute__((constructor(102))) static void begin(void) {
    directory = getenv("SMSCTL_SHIM_DIR");
    const char *path = getenv("SMSCTL_SHIM_CONTROL");
    int file = path ? real_open64(path, O_RDWR | O_CLOEXEC) : -1;
    if (file >= 0) {
        void *mapped = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (mapped != MAP_FAILED) control = mapped;
        real_close(file);
    }
    path = getenv("SMSCTL_SHIM_TRACE");
    if (path) trace = real_open64(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static uint64_t look(uint64_t *word) { return __atomic_load_n(word, __ATOMIC_SEQ_CST); }
static uint64_t add(uint64_t *word, uint64_t by) { return __atomic_add_fetch(word, by, __ATOMIC_SEQ_CST); }

/* One record is written after the call that it tells of, and nothing else happens between the two. */
static void lock(void) {
    if (trace < 0) return;
    pthread_mutex_lock(&order);
    flock(trace, LOCK_EX);
}

static void unlock(void) {
    if (trace < 0) return;
    flock(trace, LOCK_UN);
    pthread_mutex_unlock(&order);
}

static void tell(char what, int fd, uint64_t at, const void *bytes, size_t length) {
    if (trace < 0) return;
    struct stat state = {0};
    if (fd >= 0) fstat(fd, &state);
    uint64_t head[5] = {(uint64_t)what, (uint64_t)getpid(), state.st_ino, at, length};
    struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, length}};
    if (real_writev(trace, parts, length ? 2 : 1) < 0) abort();
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/* Counts a step; true if it is to be the last. */
static int is_last(void) {
    uint64_t last = look(&control->kill_at);
    uint64_t step = add(&control->steps, 1);
    return last && step >= last;
}

static void step(void) {
    if (is_last()) die();
}

/* Whether a call of this kind is made to fail; errno is set then. */
static int fails(enum kind kind) {
    if (!(look(&control->fail) & kind)) return 0;
    /* Numerical Recipes' generator: every call draws once, in whatever order threads come. */
    uint64_t drawn = __atomic_load_n(&control->seed, __ATOMIC_SEQ_CST), next;
    do next = drawn * 6364136223846793005u + 1442695040888963407u;
    while (!__atomic_compare_exchange_n(&control->seed, &drawn, next, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
    if ((next >> 33) % 1000000 >= look(&control->per_million)) return 0;
    add(&control->failed, 1);
    errno = (int)look(&control->error);
    return 1;
}

static int is_ours(const char *path) {
    size_t length = directory ? strlen(directory) : 0, total = strlen(path);
    if (!length || strncmp(path, directory, length) != 0) return 0;
    if (path[length] != '/' && path[length] != 0) return 0;
    return total < 4 || strcmp(path + total - 4, "-shm") != 0;
}

static int counted(int fd) { return fd >= 0 && fd < FILES_MAX && counts[fd]; }

static int opened(int fd, const char *path, int flags) {
    if (fd < 0 || fd >= FILES_MAX) return fd;
    counts[fd] = is_ours(path);
    if (counts[fd]) tell('O', fd, (uint64_t)flags, path, strlen(path));
    return fd;
}

static int refuses(const char *path, int flags) {
    if (!is_ours(path)) return 0;
    /* A file system that has become read-only still opens what is only read. */
    if (look(&control->error) == EROFS && (flags & O_ACCMODE) == O_RDONLY) return 0;
    return fails(OPEN);
}

static int open_any(const char *path, int flags, mode_t mode) {
    if (refuses(path, flags)) return -1;
    lock();
    int fd = opened(real_open64(path, flags, mode), path, flags);
    int error = errno;
    unlock();
    errno = error;
    return fd;
}

#define MODE(flags, mode) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

int open64(const char *path, int flags, ...) {
    MODE(flags, mode)
    return open_any(path, flags, mode);
}

int open(const char *path, int flags, ...) {
    MODE(flags, mode)
    return open_any(path, flags, mode);
}

int openat64(int at, const char *path, int flags, ...) {
    MODE(flags, mode)
    if (at == AT_FDCWD || path[0] == '/') return open_any(path, flags, mode);
    return real_openat64(at, path, flags, mode);
}

int close(int fd) {
    if (fd >= 0 && fd < FILES_MAX) counts[fd] = 0;
    return real_close(fd);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
    if (!counted(fd)) return real_pwrite64(fd, bytes, length, at);
    if (is_last()) {
        if (look(&control->tear)) real_pwrite64(fd, bytes, length / 2, at);
        die();
    }
    if (fails(WRITE)) return -1;
    lock();
    ssize_t written = real_pwrite64(fd, bytes, length, at);
    if (written > 0) tell('W', fd, (uint64_t)at, bytes, (size_t)written);
    unlock();
    return written;
}

ssize_t write(int fd, const void *bytes, size_t length) {
    int is_file = counted(fd), is_word = fd == STDOUT_FILENO;
    if (!is_file && !is_word) return real_write(fd, bytes, length);
    if (is_last()) {
        if (is_file && look(&control->tear)) real_write(fd, bytes, length / 2);
        die();
    }
    if (is_file && fails(WRITE)) return -1;
    lock();
    off64_t at = is_file ? lseek64(fd, 0, SEEK_CUR) : 0;
    ssize_t written = real_write(fd, bytes, length);
    if (written > 0) tell(is_file ? 'W' : 'A', is_file ? fd : -1, (uint64_t)at, bytes, (size_t)written);
    unlock();
    return written;
}

ssize_t pread64(int fd, void *bytes, size_t length, off64_t at) {
    if (counted(fd) && fails(READ)) return -1;
    return real_pread64(fd, bytes, length, at);
}

int fsync(int fd) {
    if (!counted(fd)) return real_fsync(fd);
    step();
    if (fails(SYNC)) return -1;
    lock();
    /* The disk of the test is not the matter; what the program asked for is. */
    tell('S', fd, 0, NULL, 0);
    unlock();
    return 0;
}

int fdatasync(int fd) {
    return counted(fd) ? fsync(fd) : real_fdatasync(fd);
}

int fallocate64(int fd, int mode, off64_t at, off64_t length) {
    if (!counted(fd) || mode) return real_fallocate64(fd, mode, at, length);
    lock();
    int done = real_fallocate64(fd, mode, at, length);
    struct stat state;
    if (done == 0 && fstat(fd, &state) == 0) tell('T', fd, (uint64_t)state.st_size, NULL, 0);
    unlock();
    return done;
}

int ftruncate64(int fd, off64_t size) {
    if (!counted(fd)) return real_ftruncate64(fd, size);
    step();
    if (fails(TRUNCATE)) return -1;
    lock();
    int done = real_ftruncate64(fd, size);
    if (done == 0) tell('T', fd, (uint64_t)size, NULL, 0);
    unlock();
    return done;
}

int unlink(const char *path) {
    if (!is_ours(path)) return real_unlink(path);
    step();
    if (look(&control->error) == EROFS && fails(WRITE)) return -1;
    lock();
    int done = real_unlink(path);
    if (done == 0) tell('U', -1, 0, path, strlen(path));
    unlock();
    return done;
}

static uint64_t peer_port(int fd) {
    struct sockaddr_in peer;
    socklen_t length = sizeof peer;
    if (trace < 0 || getpeername(fd, (struct sockaddr *)&peer, &length) != 0 || peer.sin_family != AF_INET) return 0;
    return ntohs(peer.sin_port);
}

ssize_t send(int fd, const void *bytes, size_t length, int flags) {
    step();
    lock();
    /* Before the call: from here on it may have left. */
    tell('N', fd, peer_port(fd), bytes, length);
    ssize_t sent = real_send(fd, bytes, length, flags);
    int error = errno;
    unlock();
    errno = error;
    return sent;
}

ssize_t recv(int fd, void *bytes, size_t length, int flags) {
    ssize_t came = real_recv(fd, bytes, length, flags);
    /* The answer is here, and the program has not seen it yet. */
    if (came > 0) step();
    return came;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int done = real_clock_gettime(clock, now);
    if (done == 0 && clock == CLOCK_REALTIME) now->tv_sec += (time_t)look((uint64_t *)&control->clock_s);
    return done;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    int done = real_gettimeofday(now, zone);
    if (done == 0) now->tv_sec += (time_t)look((uint64_t *)&control->clock_s);
    return done;
}

time_t time(time_t *now) {
    struct timespec moment;
    clock_gettime(CLOCK_REALTIME, &moment);
    if (now) *now = moment.tv_sec;
    return moment.tv_sec;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*work)(void *), void *argument) {
    uint64_t most = look(&control->threads_max);
    if (most && add(&control->threads, 1) > most) return EAGAIN;
    return real_pthread_create(thread, attributes, work, argument);
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    if (!look(&control->two_kinds)) return real_getaddrinfo(node, service, hints, found);
    struct addrinfo *next = NULL;
    int error = real_getaddrinfo("127.0.0.1", service, hints, &next);
    if (!error) error = real_getaddrinfo("::1", service, hints, found);
    if (error) return error;
    /* Who frees the list goes through it one by one. */
    struct addrinfo *last = *found;
    while (last->ai_next) last = last->ai_next;
    last->ai_next = next;
    return 0;
}
