/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-decision-mirror.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "record/tst-body.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define HEAD_SIZE 5
/* Bodies are smaller; what claims more is no frame of ours. */
#define FRAME_MAX (16 * 1024 * 1024)

typedef struct
{
  TstHash hash; /* of the bytes */
  guint64 at;   /* where they begin */
  guint32 size;
  char kind;
} Frame;

struct _TstDecisionMirror
{
  GMutex lock; /* guards what follows */
  int fd;      /* -1 after an error, for good */
  guint64 end;
  GHashTable *frames; /* TstHash (inside the value) → Frame */
  GPtrArray *devices; /* of Frame, which the table owns */
};

static gboolean
read_at (int fd, void *data, gsize size, guint64 at, gsize *got, GError **error)
{
  *got = 0;
  while (*got < size)
    {
      ssize_t n = pread (fd, (char *) data + *got, size - *got, at + *got);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          tst_error_set_errno (error, errno, "Could not read the mirror of the decisions");
          return FALSE;
        }
      if (n == 0)
        break;
      *got += n;
    }
  return TRUE;
}

static void
take_frame (TstDecisionMirror *self, char kind, const TstHash *hash, guint64 at, guint32 size)
{
  Frame *frame = g_new (Frame, 1);

  *frame = (Frame) { *hash, at, size, kind };
  if (!g_hash_table_replace (self->frames, &frame->hash, frame))
    return;
  if (kind == 'd')
    g_ptr_array_add (self->devices, frame);
}

static gboolean
is_erased (const guint8 *data, gsize size)
{
  for (gsize i = 0; i < size; i++)
    if (data[i] != 0)
      return FALSE;
  return TRUE;
}

/* Goes through the file; what is whole counts. */
static gboolean
read_frames (TstDecisionMirror *self, GError **error)
{
  for (;;)
    {
      guint8 head[HEAD_SIZE];
      g_autofree guint8 *data = NULL;
      TstHash hash;
      guint32 size;
      gsize got;

      if (!read_at (self->fd, head, sizeof head, self->end, &got, error))
        return FALSE;
      if (got < sizeof head)
        return TRUE;
      size = (guint32) head[1] << 24 | (guint32) head[2] << 16 | (guint32) head[3] << 8 | head[4];
      if ((head[0] != 'b' && head[0] != 'd') || size > FRAME_MAX)
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_STORE_DAMAGED,
                               "The mirror of the decisions cannot be read. Set the file aside; central writes it anew from its store.");
          return FALSE;
        }
      data = g_malloc (size + 1);
      if (!read_at (self->fd, data, size, self->end + HEAD_SIZE, &got, error))
        return FALSE;
      if (got < size)
        return TRUE;
      hash = tst_hash_data ((const char *) data, size);
      if (!is_erased (data, size))
        take_frame (self, head[0], &hash, self->end + HEAD_SIZE, size);
      self->end += HEAD_SIZE + size;
    }
}

TstDecisionMirror *
tst_decision_mirror_open (const char *folder, GError **error)
{
  g_autoptr (TstDecisionMirror) self = g_new0 (TstDecisionMirror, 1);
  g_autofree char *path = g_build_filename (folder, "decisions", NULL);

  g_mutex_init (&self->lock);
  self->frames = g_hash_table_new_full (tst_hash_table_hash, tst_hash_table_equal, NULL, g_free);
  self->devices = g_ptr_array_new ();
  self->fd = -1;
  if (!tst_fs_ensure_folder (folder, 0755, error))
    return NULL;
  self->fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->fd < 0)
    {
      tst_error_set_errno (error, errno, "Could not open the mirror of the decisions");
      return NULL;
    }
  if (!tst_fs_sync_folder (folder, error) || !read_frames (self, error))
    return NULL;
  if (ftruncate (self->fd, self->end) != 0 || fsync (self->fd) != 0)
    {
      tst_error_set_errno (error, errno, "Could not cut off an unfinished decision in the mirror");
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
tst_decision_mirror_free (TstDecisionMirror *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_ptr_array_unref (self->devices);
  g_hash_table_unref (self->frames);
  g_mutex_clear (&self->lock);
  g_free (self);
}

gboolean
tst_decision_mirror_has (TstDecisionMirror *self, const TstHash *body)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_hash_table_contains (self->frames, body);
}

/* With the lock held. */
static gboolean
may_go_on (TstDecisionMirror *self, GError **error)
{
  if (self->fd >= 0)
    return TRUE;
  g_set_error_literal (error, TST_ERROR, TST_ERROR_IO,
                       "The mirror of the decisions failed before. Mend its disk and start central again.");
  return FALSE;
}

static GBytes *
read_frame (TstDecisionMirror *self, const Frame *frame, GError **error)
{
  g_autofree guint8 *data = g_malloc (frame->size + 1);
  TstHash hash;
  gsize got;

  if (!read_at (self->fd, data, frame->size, frame->at, &got, error))
    return NULL;
  hash = tst_hash_data ((const char *) data, got);
  if (got != frame->size || !tst_hash_equal (&hash, &frame->hash))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_HASH_MISMATCH, "The mirror of the decisions was changed behind central's back");
      return NULL;
    }
  return g_bytes_new_take (g_steal_pointer (&data), got);
}

GBytes *
tst_decision_mirror_read (TstDecisionMirror *self, const TstHash *body, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Frame *frame = g_hash_table_lookup (self->frames, body);

  if (frame == NULL || !may_go_on (self, error))
    return NULL;
  return read_frame (self, frame, error);
}

static void
put_frame (GByteArray *out, char kind, const void *data, gsize size)
{
  guint8 head[HEAD_SIZE] = { kind, size >> 24, size >> 16 & 0xff, size >> 8 & 0xff, size & 0xff };

  g_byte_array_append (out, head, sizeof head);
  g_byte_array_append (out, data, size);
}

/* Half of it may be there, and a second fsync would say nothing about the first one's pages. */
static gboolean
give_up (TstDecisionMirror *self, GError **error)
{
  if (error != NULL && *error == NULL)
    tst_error_set_errno (error, errno, "Could not make the mirror of the decisions durable");
  close (self->fd);
  self->fd = -1;
  return FALSE;
}

static void
add_new (TstDecisionMirror *self, GByteArray *out, GArray *fresh, char kind, const void *data, gsize size)
{
  Frame frame = { tst_hash_data (data, size), self->end + out->len + HEAD_SIZE, size, kind };

  if (g_hash_table_contains (self->frames, &frame.hash))
    return;
  for (guint i = 0; i < fresh->len; i++)
    if (tst_hash_equal (&g_array_index (fresh, Frame, i).hash, &frame.hash))
      return;
  put_frame (out, kind, data, size);
  g_array_append_val (fresh, frame);
}

gboolean
tst_decision_mirror_append (TstDecisionMirror *self, GPtrArray *bodies, GPtrArray *devices, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GArray) fresh = g_array_new (FALSE, FALSE, sizeof (Frame));

  if (!may_go_on (self, error))
    return FALSE;
  for (guint i = 0; bodies != NULL && i < bodies->len; i++)
    {
      gsize size;
      const void *data = g_bytes_get_data (g_ptr_array_index (bodies, i), &size);

      add_new (self, out, fresh, 'b', data, size);
    }
  for (guint i = 0; devices != NULL && i < devices->len; i++)
    {
      g_autofree char *text = tst_json_write (g_ptr_array_index (devices, i));

      add_new (self, out, fresh, 'd', text, strlen (text));
    }
  if (out->len == 0)
    return TRUE;
  if (lseek (self->fd, self->end, SEEK_SET) < 0 || !tst_fs_write_all (self->fd, out->data, out->len, error) || fsync (self->fd) != 0)
    return give_up (self, error);
  self->end += out->len;
  for (guint i = 0; i < fresh->len; i++)
    {
      const Frame *frame = &g_array_index (fresh, Frame, i);

      take_frame (self, frame->kind, &frame->hash, frame->at, frame->size);
    }
  return TRUE;
}

gboolean
tst_decision_mirror_erase (TstDecisionMirror *self, GArray *hashes, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gboolean any = FALSE;

  if (!may_go_on (self, error))
    return FALSE;
  for (guint i = 0; i < hashes->len; i++)
    {
      Frame *frame = g_hash_table_lookup (self->frames, &g_array_index (hashes, TstHash, i));
      g_autofree guint8 *zeros = NULL;

      if (frame == NULL || frame->kind != 'b')
        continue;
      zeros = g_malloc0 (frame->size + 1);
      if (lseek (self->fd, frame->at, SEEK_SET) < 0 || !tst_fs_write_all (self->fd, zeros, frame->size, error))
        return give_up (self, error);
      g_hash_table_remove (self->frames, &frame->hash);
      any = TRUE;
    }
  return !any || fsync (self->fd) == 0 || give_up (self, error);
}

GPtrArray *
tst_decision_mirror_list_devices (TstDecisionMirror *self, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);

  if (!may_go_on (self, error))
    return NULL;
  for (guint i = 0; i < self->devices->len; i++)
    {
      g_autoptr (GBytes) bytes = read_frame (self, g_ptr_array_index (self->devices, i), error);
      JsonObject *device;

      if (bytes == NULL)
        return NULL;
      device = tst_json_parse_object (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
      if (device == NULL)
        return NULL;
      g_ptr_array_add (list, device);
    }
  return g_steal_pointer (&list);
}
