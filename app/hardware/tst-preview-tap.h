/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hardware/tst-gst-recorder.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* One picture for the screen. */
typedef struct
{
  GBytes *pixels; /* RGBA */
  GBytes *gray;   /* (nullable) one byte a pixel, rows of @width */
  guint width, height, stride;
} TstPreviewFrame;

/* On the main thread. */
typedef void (*TstPreviewShow) (GObject *owner, const TstPreviewFrame *frame);

/**
 * TstPreviewTap:
 *
 * Hands the frames of a preview from the streaming thread to the main one. One waits for the screen, no more: a picture that is late is no use to anybody.
 * A film that is being made takes every one of them.
 */
typedef struct _TstPreviewTap TstPreviewTap;
/* @owner: kept alive by each frame on its way, and the tap with it; not owned. */
TstPreviewTap *tst_preview_tap_new (GObject *owner, TstGstRecorder *film, TstPreviewShow show);
void tst_preview_tap_free (TstPreviewTap *self);
/* Takes frames from that appsink from now on. The sink's thread is gone before the tap is. */
void tst_preview_tap_attach (TstPreviewTap *self, GstElement *sink);
/* What is still on its way is not shown any more. */
void tst_preview_tap_turn_over (TstPreviewTap *self);
void tst_preview_tap_set_gray (TstPreviewTap *self, gboolean wanted);
gboolean tst_preview_tap_get_gray (TstPreviewTap *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstPreviewTap, tst_preview_tap_free)

G_END_DECLS
