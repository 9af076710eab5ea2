/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hardware/tst-preview-tap.h"

#include "base/tst-hand-over.h"

#include <gst/app/app.h>
#include <gst/video/video.h>

/* Codes are looked for ten times a second. */
#define GRAY_EVERY_US (G_USEC_PER_SEC / 10)

struct _TstPreviewTap
{
  GObject *owner;       /* not owned: it owns this */
  TstGstRecorder *film; /* the owner's */
  TstPreviewShow show;
  int pending, gray_wanted, generation; /* atomic */
  gint64 last_gray_us;  /* the streaming thread's */
};

/* One pipeline's sink: what an older pipeline still sends is known by it. */
typedef struct
{
  TstPreviewTap *tap;
  int generation;
} Sink;

/* On its way from the streaming thread to the main one. */
typedef struct
{
  TstPreviewFrame frame;
  TstPreviewTap *tap;
  GObject *owner; /* with it, the tap lives */
  int generation;
} Passage;

static void
passage_free (gpointer data)
{
  Passage *passage = data;

  g_clear_pointer (&passage->frame.pixels, g_bytes_unref);
  g_clear_pointer (&passage->frame.gray, g_bytes_unref);
  g_object_unref (passage->owner);
  g_free (passage);
}

static gboolean
show_frame (gpointer data)
{
  Passage *passage = data;
  TstPreviewTap *self = passage->tap;

  if (passage->generation == g_atomic_int_get (&self->generation))
    self->show (passage->owner, &passage->frame);
  g_atomic_int_set (&self->pending, FALSE);
  return G_SOURCE_REMOVE;
}

typedef struct
{
  GstSample *sample;
  GstVideoFrame frame;
} Mapped;

static void
unmap (gpointer data)
{
  Mapped *mapped = data;

  gst_video_frame_unmap (&mapped->frame);
  gst_sample_unref (mapped->sample);
  g_free (mapped);
}

static GBytes *
make_gray (const GstVideoFrame *frame)
{
  const guint width = GST_VIDEO_FRAME_WIDTH (frame), height = GST_VIDEO_FRAME_HEIGHT (frame);
  guint8 *gray = g_malloc ((gsize) width * height);

  for (guint y = 0; y < height; y++)
    {
      const guint8 *in = (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (frame, 0) + (gsize) y * GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0);
      guint8 *out = gray + (gsize) y * width;

      for (guint x = 0; x < width; x++, in += 4)
        out[x] = (in[0] * 77 + in[1] * 150 + in[2] * 29) >> 8;
    }
  return g_bytes_new_take (gray, (gsize) width * height);
}

static GstFlowReturn
on_preview (GstAppSink *sink, gpointer user_data)
{
  const Sink *own = user_data;
  TstPreviewTap *self = own->tap;
  GstSample *sample = gst_app_sink_pull_sample (sink);
  const gint64 now = g_get_monotonic_time ();
  GstVideoInfo info;
  Mapped *mapped;
  Passage *passage;
  gboolean gray;

  if (sample == NULL)
    return GST_FLOW_OK;
  tst_gst_recorder_push_frame (self->film, sample);
  gray = g_atomic_int_get (&self->gray_wanted) && now - self->last_gray_us >= GRAY_EVERY_US;
  if (gray)
    self->last_gray_us = now;
  mapped = g_new0 (Mapped, 1);
  /* One frame waits for the screen, no more: a picture that is late is no use to anybody. */
  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample))
      || !g_atomic_int_compare_and_exchange (&self->pending, FALSE, TRUE))
    {
      g_free (mapped);
      gst_sample_unref (sample);
      return GST_FLOW_OK;
    }
  if (!gst_video_frame_map (&mapped->frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    {
      g_atomic_int_set (&self->pending, FALSE);
      g_free (mapped);
      gst_sample_unref (sample);
      return GST_FLOW_OK;
    }
  mapped->sample = sample;
  passage = g_new0 (Passage, 1);
  passage->tap = self;
  passage->owner = g_object_ref (self->owner);
  passage->generation = own->generation;
  passage->frame = (TstPreviewFrame) { .width = info.width, .height = info.height, .stride = GST_VIDEO_FRAME_PLANE_STRIDE (&mapped->frame, 0) };
  if (gray)
    passage->frame.gray = make_gray (&mapped->frame);
  passage->frame.pixels = g_bytes_new_with_free_func (GST_VIDEO_FRAME_PLANE_DATA (&mapped->frame, 0),
                                                      (gsize) passage->frame.stride * info.height, unmap, mapped);
  tst_hand_over (NULL, show_frame, passage, passage_free);
  return GST_FLOW_OK;
}

TstPreviewTap *
tst_preview_tap_new (GObject *owner, TstGstRecorder *film, TstPreviewShow show)
{
  TstPreviewTap *self = g_new0 (TstPreviewTap, 1);

  self->owner = owner;
  self->film = film;
  self->show = show;
  return self;
}

void
tst_preview_tap_free (TstPreviewTap *self)
{
  g_free (self);
}

void
tst_preview_tap_attach (TstPreviewTap *self, GstElement *sink)
{
  GstAppSinkCallbacks callbacks = { .new_sample = on_preview };
  Sink *own = g_new0 (Sink, 1);

  own->tap = self;
  own->generation = g_atomic_int_get (&self->generation);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, own, g_free);
}

void
tst_preview_tap_turn_over (TstPreviewTap *self)
{
  g_atomic_int_inc (&self->generation);
}

void
tst_preview_tap_set_gray (TstPreviewTap *self, gboolean wanted)
{
  g_atomic_int_set (&self->gray_wanted, wanted);
}

gboolean
tst_preview_tap_get_gray (TstPreviewTap *self)
{
  return g_atomic_int_get (&self->gray_wanted);
}
