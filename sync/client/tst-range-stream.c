/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-range-stream.h"

#include "base/tst-error.h"

#include <errno.h>
#include <unistd.h>

struct _TstRangeStream
{
  GInputStream parent_instance;
  int fd;
  guint64 at;
  guint64 end;
};

G_DEFINE_FINAL_TYPE (TstRangeStream, tst_range_stream, G_TYPE_INPUT_STREAM)

static gssize
range_stream_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  TstRangeStream *self = TST_RANGE_STREAM (stream);
  gsize want = MIN (count, self->end - self->at);
  ssize_t n;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return -1;
  if (want == 0)
    return 0;
  do
    n = pread (self->fd, buffer, want, (off_t) self->at);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    {
      tst_error_set_errno (error, errno, "Could not read a file on its way to central");
      return -1;
    }
  if (n == 0)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_MISSING_CONTENT, "A file became shorter while it was being sent");
      return -1;
    }
  self->at += n;
  return n;
}

static void
tst_range_stream_class_init (TstRangeStreamClass *klass)
{
  G_INPUT_STREAM_CLASS (klass)->read_fn = range_stream_read;
}

static void
tst_range_stream_init (TstRangeStream *self)
{
}

GInputStream *
tst_range_stream_new (int fd, guint64 offset, guint64 size)
{
  TstRangeStream *self = g_object_new (TST_TYPE_RANGE_STREAM, NULL);

  self->fd = fd;
  self->at = offset;
  self->end = offset + size;
  return G_INPUT_STREAM (self);
}
