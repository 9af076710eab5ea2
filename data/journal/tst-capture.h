/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-field-book.h"

G_BEGIN_DECLS

/**
 * TstCaptureSpec:
 *
 * What the device itself took: a still, a short film, a voice note. @photo says to what it belongs and where the device was; its from_camera and
 * display_name are not read.
 */
typedef struct
{
  TstPhotoSpec photo;
  const char *type;    /* "image/jpeg", "video/webm", "audio/ogg" */
  gint64 mono_us;      /* CLOCK_BOOTTIME at the shutter, or when the recording began; 0: now */
  gint64 place_utc_us; /* the receiver's own time of the fix; 0: it told none */
  gint64 duration_ms;  /* of a recording */
  const char *device;  /* (nullable) the maker's name of the camera */
} TstCaptureSpec;

/**
 * tst_field_book_add_capture:
 * @bytes: the whole file. Into a still, EXIF with time and place is spliced (media/tst-exif-write.h); recordings stay as they are
 * @result: (out) (optional): clear with tst_photo_result_clear()
 *
 * The record's type is "photo", "video" or "audio". Time and place come from the device's clock and @spec, never from the file. When it returns
 * TRUE, it is on the disk and «Guardado» may be said. Blocks on the disk.
 *
 * Errors: those of tst_field_book_add_photo(); TST_ERROR_TOO_LARGE past 64 MiB; TST_ERROR_BAD_VALUE when the bytes are not what @type says
 */
gboolean tst_field_book_add_capture (TstFieldBook *self, const TstCaptureSpec *spec, GBytes *bytes, TstPhotoResult *result,
                                     GCancellable *cancellable, GError **error);

/* The same for a main loop; captures are saved one after the other in the order in which they were handed in. */
void tst_field_book_add_capture_async (TstFieldBook *self, const TstCaptureSpec *spec, GBytes *bytes, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
gboolean tst_field_book_add_capture_finish (TstFieldBook *self, GAsyncResult *result, TstPhotoResult *photo, GError **error);

G_END_DECLS
