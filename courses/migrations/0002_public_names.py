from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cx_courses', '0001_initial'),
    ]

    operations = [
        migrations.RenameField('response', 'door', 'channel'),
        migrations.RenameField('webhookendpoint', 'hears_hidden_scores', 'include_hidden_scores'),
        migrations.RenameField('webhookendpoint', 'rests_until', 'paused_until'),
        migrations.RenameField('webhookendpoint', 'switched_off_at', 'disabled_at'),
        migrations.RenameField('webhookendpoint', 'switched_off_because', 'disabled_reason'),
        migrations.RenameField('deliverytry', 'took_ms', 'duration_ms'),
        migrations.AlterField(
            model_name='deliverytry',
            name='duration_ms',
            field=models.PositiveIntegerField(verbose_name='duration (ms)'),
        ),
        migrations.AlterField(
            model_name='response',
            name='channel',
            field=models.CharField(max_length=10, verbose_name='channel'),
        ),
        migrations.AlterField(
            model_name='webhookendpoint',
            name='disabled_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='disabled at'),
        ),
        migrations.AlterField(
            model_name='webhookendpoint',
            name='disabled_reason',
            field=models.CharField(blank=True, choices=[('by_hand', 'Switched off by hand'), ('failing', 'Did not answer for three days'), ('gone', 'Answered that it is gone (410)')], max_length=8, verbose_name='disabled because'),
        ),
        migrations.AlterField(
            model_name='webhookendpoint',
            name='paused_until',
            field=models.DateTimeField(blank=True, null=True, verbose_name='paused until'),
        ),
    ]
