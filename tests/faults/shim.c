/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded into the real programs: a disk that fails and a clock that lies. What it does stands in the environment:
 *
 *   TST_FAULT_UNDER=DIR    only files below DIR count (a real path)
 *   TST_FAULT_AT=N         the N-th durable call (write, truncate, fsync, rename, unlink) fails, or
 *   TST_FAULT_DO=…         EIO, ENOSPC, EROFS: with that error; EROFS all later ones too; KILL: half of it is done and the process dies
 *   TST_FAULT_SPACE=BYTES  after so many bytes the disk is full
 *   TST_FAULT_COUNT=FILE   how many durable calls there were is written here, one line a process
 *   TST_FAULT_LOG=FILE     what was done is written here in order, for replays of a power cut: lines "op path offset size" and the data;
 *                          "said" stands where standard output was flushed, "sent" with what went into a TCP socket
 *   TST_FAULT_SLOW_MS=MS   every fsync and fdatasync takes so much longer
 *   TST_FAULT_CLOCK=S      the wall clock is S seconds off; the monotonic ones are right */

/* Both spellings of a call are replaced, so neither may stand for the other. */
#undef _FILE_OFFSET_BITS
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define NEXT(name) ((__typeof__ (&name)) dlsym (RTLD_NEXT, #name))

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static long calls;
static long long space = -1;
static long at;
static int fault;     /* errno, or -1 to die */
static int read_only;
static char under[4096];
static long long clock_offset;
static long slow_ms;
static int log_fd = -1;

__attribute__ ((constructor)) static void
begin (void)
{
  const char *what = getenv ("TST_FAULT_DO");
  const char *folder = getenv ("TST_FAULT_UNDER");

  snprintf (under, sizeof under, "%s", folder != NULL ? folder : "/nowhere");
  at = getenv ("TST_FAULT_AT") != NULL ? atol (getenv ("TST_FAULT_AT")) : 0;
  space = getenv ("TST_FAULT_SPACE") != NULL ? atoll (getenv ("TST_FAULT_SPACE")) : -1;
  clock_offset = getenv ("TST_FAULT_CLOCK") != NULL ? atoll (getenv ("TST_FAULT_CLOCK")) : 0;
  slow_ms = getenv ("TST_FAULT_SLOW_MS") != NULL ? atol (getenv ("TST_FAULT_SLOW_MS")) : 0;
  if (getenv ("TST_FAULT_LOG") != NULL)
    log_fd = open (getenv ("TST_FAULT_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (what != NULL)
    fault = strcmp (what, "KILL") == 0 ? -1 : strcmp (what, "ENOSPC") == 0 ? ENOSPC : strcmp (what, "EROFS") == 0 ? EROFS : EIO;
}

__attribute__ ((destructor)) static void
end (void)
{
  const char *file = getenv ("TST_FAULT_COUNT");
  char line[32];
  int fd = file != NULL ? open (file, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;

  if (fd >= 0)
    {
      int n = snprintf (line, sizeof line, "%ld\n", calls);

      syscall (SYS_write, fd, line, n);
      close (fd);
    }
}

static int
path_counts (const char *path)
{
  size_t length = strlen (under);

  return strncmp (path, under, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static int
fd_path (int fd, char path[4096])
{
  char link[64];
  ssize_t n;

  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  n = readlink (link, path, 4095);
  path[n < 0 ? 0 : n] = '\0';
  return n >= 0;
}

static int
fd_counts (int fd)
{
  char path[4096];

  return fd_path (fd, path) && path_counts (path);
}

static void
note (const char *op, const char *path, long long offset, const void *data, size_t size)
{
  char line[4200];
  int n;

  if (log_fd < 0)
    return;
  n = snprintf (line, sizeof line, "%s\t%s\t%lld\t%zu\n", op, path, offset, size);
  pthread_mutex_lock (&mutex);
  syscall (SYS_write, log_fd, line, n);
  if (data != NULL)
    syscall (SYS_write, log_fd, data, size);
  pthread_mutex_unlock (&mutex);
}

/* After the call, so that the log never runs ahead of the disk. */
static void
note_fd (const char *op, int fd, long long offset, const void *data, long long done)
{
  char path[4096];

  if (log_fd >= 0 && done >= 0 && fd_path (fd, path) && path_counts (path))
    note (op, path, offset, data, data != NULL ? (size_t) done : 0);
}

static void
die (void)
{
  kill (getpid (), SIGKILL);
  for (;;)
    pause ();
}

/* 0: go on. -1: errno is set. 1: do half of it, then die. */
static int
judge (size_t bytes)
{
  int verdict = 0;

  pthread_mutex_lock (&mutex);
  calls++;
  if (read_only)
    {
      errno = EROFS;
      verdict = -1;
    }
  else if (calls == at && fault != 0)
    {
      verdict = fault < 0 ? 1 : -1;
      errno = fault;
      read_only = fault == EROFS;
    }
  else if (space >= 0 && bytes > 0)
    {
      if ((long long) bytes > space)
        {
          errno = ENOSPC;
          verdict = -1;
        }
      else
        space -= bytes;
    }
  pthread_mutex_unlock (&mutex);
  return verdict;
}

#define JUDGE(counts, bytes, half)   \
  if (counts)                        \
    {                                \
      int verdict = judge (bytes);   \
      if (verdict < 0)               \
        return -1;                   \
      if (verdict > 0)               \
        {                            \
          half;                      \
          die ();                    \
        }                            \
    }

ssize_t
write (int fd, const void *data, size_t size)
{
  JUDGE (fd_counts (fd), size, NEXT (write) (fd, data, size / 2))
  {
    ssize_t done = NEXT (write) (fd, data, size);

    note_fd ("write", fd, done >= 0 ? lseek (fd, 0, SEEK_CUR) - done : 0, data, done);
    return done;
  }
}

ssize_t
pwrite (int fd, const void *data, size_t size, off_t offset)
{
  JUDGE (fd_counts (fd), size, NEXT (pwrite) (fd, data, size / 2, offset))
  {
    ssize_t done = NEXT (pwrite) (fd, data, size, offset);

    note_fd ("write", fd, offset, data, done);
    return done;
  }
}

ssize_t
pwrite64 (int fd, const void *data, size_t size, off64_t offset)
{
  JUDGE (fd_counts (fd), size, NEXT (pwrite64) (fd, data, size / 2, offset))
  {
    ssize_t done = NEXT (pwrite64) (fd, data, size, offset);

    note_fd ("write", fd, offset, data, done);
    return done;
  }
}

ssize_t
writev (int fd, const struct iovec *parts, int n)
{
  size_t size = 0;

  for (int i = 0; i < n; i++)
    size += parts[i].iov_len;
  JUDGE (fd_counts (fd), size, NEXT (writev) (fd, parts, n / 2))
  return NEXT (writev) (fd, parts, n);
}

int
ftruncate (int fd, off_t length)
{
  JUDGE (fd_counts (fd), 0, (void) 0)
  {
    int done = NEXT (ftruncate) (fd, length);

    note_fd ("truncate", fd, length, NULL, done);
    return done;
  }
}

int
ftruncate64 (int fd, off64_t length)
{
  JUDGE (fd_counts (fd), 0, (void) 0)
  {
    int done = NEXT (ftruncate64) (fd, length);

    note_fd ("truncate", fd, length, NULL, done);
    return done;
  }
}

static void
take_time (int fd)
{
  const struct timespec pause = { slow_ms / 1000, slow_ms % 1000 * 1000000 };

  if (slow_ms > 0 && fd_counts (fd))
    nanosleep (&pause, NULL);
}

int
fsync (int fd)
{
  take_time (fd);
  JUDGE (fd_counts (fd), 0, (void) 0)
  {
    int done = NEXT (fsync) (fd);

    note_fd ("sync", fd, 0, NULL, done);
    return done;
  }
}

int
fdatasync (int fd)
{
  take_time (fd);
  JUDGE (fd_counts (fd), 0, (void) 0)
  {
    int done = NEXT (fdatasync) (fd);

    note_fd ("sync", fd, 0, NULL, done);
    return done;
  }
}

int
rename (const char *from, const char *to)
{
  JUDGE (path_counts (to), 0, (void) 0)
  {
    int done = NEXT (rename) (from, to);

    if (done == 0 && path_counts (to))
      {
        note ("from", from, 0, NULL, 0);
        note ("rename", to, 0, NULL, 0);
      }
    return done;
  }
}

int
unlink (const char *path)
{
  JUDGE (path_counts (path), 0, (void) 0)
  {
    int done = NEXT (unlink) (path);

    if (done == 0 && path_counts (path))
      note ("unlink", path, 0, NULL, 0);
    return done;
  }
}

int
fflush (FILE *stream)
{
  /* Libraries in C++ flush at the end what is empty: nothing is said by that. */
  int something = stream == stdout && __fpending (stream) > 0;
  int done = NEXT (fflush) (stream);

  if (something)
    note ("said", "-", 0, NULL, 0);
  return done;
}

/* --- names that begin --- */

static int
opened (const char *path, int flags, int fd)
{
  if (fd >= 0 && (flags & O_CREAT) != 0 && path_counts (path))
    note ("create", path, 0, NULL, 0);
  return fd;
}

#define OPEN(name)                                              \
  int name (const char *path, int flags, ...)                   \
  {                                                             \
    mode_t mode = 0;                                            \
    va_list rest;                                               \
                                                                \
    if ((flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE) \
      {                                                         \
        va_start (rest, flags);                                 \
        mode = va_arg (rest, mode_t);                           \
        va_end (rest);                                          \
      }                                                         \
    return opened (path, flags, NEXT (name) (path, flags, mode)); \
  }

OPEN (open)
OPEN (open64)

/* --- what is told to others --- */

static int
is_tcp (int fd)
{
  struct sockaddr_storage address;
  socklen_t size = sizeof address;

  return log_fd >= 0 && getsockname (fd, (struct sockaddr *) &address, &size) == 0 && (address.ss_family == AF_INET || address.ss_family == AF_INET6);
}

ssize_t
send (int fd, const void *data, size_t size, int flags)
{
  /* Before the call: what is on its way may have arrived before we know of it. */
  if (is_tcp (fd))
    note ("sent", "-", 0, data, size);
  return NEXT (send) (fd, data, size, flags);
}

ssize_t
sendmsg (int fd, const struct msghdr *message, int flags)
{
  if (is_tcp (fd))
    for (size_t i = 0; i < message->msg_iovlen; i++)
      note ("sent", "-", 0, message->msg_iov[i].iov_base, message->msg_iov[i].iov_len);
  return NEXT (sendmsg) (fd, message, flags);
}

/* --- the clock --- */

int
clock_gettime (clockid_t clock, struct timespec *now)
{
  int result = NEXT (clock_gettime) (clock, now);

  if (result == 0 && clock_offset != 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    now->tv_sec += clock_offset;
  return result;
}

int
gettimeofday (struct timeval *restrict now, void *restrict zone)
{
  int result = NEXT (gettimeofday) (now, zone);

  if (result == 0)
    now->tv_sec += clock_offset;
  return result;
}

time_t
time (time_t *out)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  if (out != NULL)
    *out = now.tv_sec;
  return now.tv_sec;
}
