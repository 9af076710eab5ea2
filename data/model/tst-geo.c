/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-geo.h"

#include <math.h>

/* EPSG:9377 on the ellipsoid GRS 80. */
#define A 6378137.0
#define F (1.0 / 298.257222101)
#define K0 0.9992
#define LAT0 4.0
#define LON0 -73.0
#define FALSE_EASTING 5000000.0
#define FALSE_NORTHING 2000000.0

#define RADIANS(degrees) ((degrees) * (G_PI / 180.0))
#define DEGREES(radians) ((radians) * (180.0 / G_PI))

/* Krüger's series in the third flattening n, to n⁴: what is left out is less than a micrometre at these distances from the
 * meridian. */
typedef struct
{
  double radius; /* of the rectifying sphere */
  double alpha[4];
  double beta[4];
} Series;

static void
series_init (Series *s)
{
  const double n = F / (2 - F);
  const double n2 = n * n, n3 = n2 * n, n4 = n2 * n2;

  s->radius = A / (1 + n) * (1 + n2 / 4 + n4 / 64);
  s->alpha[0] = n / 2 - 2 * n2 / 3 + 5 * n3 / 16 + 41 * n4 / 180;
  s->alpha[1] = 13 * n2 / 48 - 3 * n3 / 5 + 557 * n4 / 1440;
  s->alpha[2] = 61 * n3 / 240 - 103 * n4 / 140;
  s->alpha[3] = 49561 * n4 / 161280;
  s->beta[0] = n / 2 - 2 * n2 / 3 + 37 * n3 / 96 - n4 / 360;
  s->beta[1] = n2 / 48 + n3 / 15 - 437 * n4 / 1440;
  s->beta[2] = 17 * n3 / 480 - 37 * n4 / 840;
  s->beta[3] = 4397 * n4 / 161280;
}

/* Tangent of the conformal latitude from that of the geographic one. */
static double
conformal (double tau)
{
  const double e = sqrt (F * (2 - F));
  double sigma = sinh (e * atanh (e * tau / hypot (1, tau)));

  return tau * hypot (1, sigma) - sigma * hypot (1, tau);
}

/* Meridian distance on the rectifying sphere, in radians, of a latitude on the central meridian. */
static double
meridian (const Series *s, double lat)
{
  double xi = atan (conformal (tan (lat)));
  double sum = xi;

  for (int j = 0; j < 4; j++)
    sum += s->alpha[j] * sin (2 * (j + 1) * xi);
  return sum;
}

void
tst_geo_to_9377 (double lat, double lon, double *easting, double *northing)
{
  Series s;
  double lambda = RADIANS (lon - LON0);
  double tau = conformal (tan (RADIANS (lat)));
  double xi, eta, x, y;

  series_init (&s);
  xi = atan2 (tau, cos (lambda));
  eta = asinh (sin (lambda) / hypot (tau, cos (lambda)));
  x = eta;
  y = xi;
  for (int j = 0; j < 4; j++)
    {
      x += s.alpha[j] * cos (2 * (j + 1) * xi) * sinh (2 * (j + 1) * eta);
      y += s.alpha[j] * sin (2 * (j + 1) * xi) * cosh (2 * (j + 1) * eta);
    }
  *easting = FALSE_EASTING + K0 * s.radius * x;
  *northing = FALSE_NORTHING + K0 * s.radius * (y - meridian (&s, RADIANS (LAT0)));
}

void
tst_geo_from_9377 (double easting, double northing, double *lat, double *lon)
{
  const double e2 = F * (2 - F);
  Series s;
  double x, y, xi, eta, target, tau;

  series_init (&s);
  x = (easting - FALSE_EASTING) / (K0 * s.radius);
  y = (northing - FALSE_NORTHING) / (K0 * s.radius) + meridian (&s, RADIANS (LAT0));
  xi = y;
  eta = x;
  for (int j = 0; j < 4; j++)
    {
      xi -= s.beta[j] * sin (2 * (j + 1) * y) * cosh (2 * (j + 1) * x);
      eta -= s.beta[j] * cos (2 * (j + 1) * y) * sinh (2 * (j + 1) * x);
    }
  target = sin (xi) / hypot (sinh (eta), cos (xi));
  tau = target / (1 - e2);
  /* Newton; three rounds reach the last bit. */
  for (int i = 0; i < 5; i++)
    {
      double now = conformal (tau);

      tau += (target - now) / hypot (1, now) * (1 + (1 - e2) * tau * tau) / ((1 - e2) * hypot (1, tau));
    }
  *lat = DEGREES (atan (tau));
  *lon = LON0 + DEGREES (atan2 (sinh (eta), cos (xi)));
}

double
tst_geo_distance (double lat1, double lon1, double lat2, double lon2)
{
  double s = sin (RADIANS (lat2 - lat1) / 2);
  double t = sin (RADIANS (lon2 - lon1) / 2);
  double h = s * s + cos (RADIANS (lat1)) * cos (RADIANS (lat2)) * t * t;

  return 2 * TST_GEO_RADIUS_M * asin (sqrt (fmin (1, h)));
}

gboolean
tst_geo_is_in_colombia (double lat, double lon)
{
  static const struct
  {
    double south, north, west, east;
  } boxes[] = {
    { -4.24, 12.6, -79.1, -66.84 }, /* the mainland, with Gorgona */
    { 3.9, 4.1, -81.7, -81.5 },     /* Malpelo */
    { 12.0, 16.1, -82.0, -78.1 },   /* San Andrés, Providencia and the keys */
  };

  for (guint i = 0; i < G_N_ELEMENTS (boxes); i++)
    if (lat >= boxes[i].south && lat <= boxes[i].north && lon >= boxes[i].west && lon <= boxes[i].east)
      return TRUE;
  return FALSE;
}

double
tst_geo_bearing (double lat1, double lon1, double lat2, double lon2)
{
  double to_rad = G_PI / 180;
  double dlon = (lon2 - lon1) * to_rad;
  double y = sin (dlon) * cos (lat2 * to_rad);
  double x = cos (lat1 * to_rad) * sin (lat2 * to_rad) - sin (lat1 * to_rad) * cos (lat2 * to_rad) * cos (dlon);

  return fmod (atan2 (y, x) / to_rad + 360, 360);
}

guint
tst_geo_octant (double bearing_deg)
{
  return (guint) (fmod (bearing_deg + 22.5 + 360, 360) / 45);
}
