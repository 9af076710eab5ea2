/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TstSceneRequest:
 * @scene: "street", "bridge", "school", "park" or "wall"
 * @phase: "antes", "durante", "despues" or "hito" (the day of the opening, with people)
 * @progress: of "durante", 0 to 100; −1: half
 * @weather: 0 to 4 (clear, cumulus, golden, overcast, rain); −1: as @seed has it
 * @place: houses, hills and trees: equal for pictures of the same place, so that before and after can be compared
 * @seed: the day: light, clouds, people, grain, the hand of the photographer
 *
 * A photograph of a public work that does not exist.
 */
typedef struct
{
  const char *scene, *phase;
  int progress, weather;
  guint32 place, seed;
  int width, height;
} TstSceneRequest;

extern const char *const tst_scene_names[];

/* RGB rows without padding, free with g_free(); NULL when there is no such scene or phase. The same request gives the
 * same pixels. */
guint8 *tst_draw_scene (const TstSceneRequest *request);

G_END_DECLS
